import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ContactClass } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';
import type { NewSuppression, SuppressionQuery } from './suppressions.schemas.js';

export interface SuppressionRow {
  suppressionId: number;
  address: string;
  class: ContactClass | null;
  reason: string;
  evidence: string | null;
  createdAt: Date;
  createdBy: string;
  liftedAt: Date | null;
  liftedBy: string | null;
  liftedReason: string | null;
}

const columns = `suppression_id AS "suppressionId", address, class, reason, evidence, created_at AS "createdAt",
  created_by AS "createdBy", lifted_at AS "liftedAt", lifted_by AS "liftedBy", lifted_reason AS "liftedReason"`;

/** Addresses that are not written to. */
@Injectable()
export class SuppressionsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Newest first; one more than asked for when there are more. */
  list(
    { address, reason, lifted, limit }: SuppressionQuery,
    before: number | null,
  ): Promise<SuppressionRow[]> {
    return this.dataSource.query<SuppressionRow[]>(
      `SELECT ${columns} FROM suppressions
        WHERE ($1::bigint IS NULL OR suppression_id < $1) AND (lifted_at IS NOT NULL) = $2
          AND ($3::text IS NULL OR lower(address) = lower($3)) AND ($4::text IS NULL OR reason = $4)
        ORDER BY suppression_id DESC LIMIT $5`,
      [before, lifted === 'true', address ?? null, reason ?? null, limit + 1],
    );
  }

  /** @returns null when the same holds already. */
  async add(
    tx: Tx,
    { address, class: kind, reason }: NewSuppression,
    by: string,
  ): Promise<SuppressionRow | null> {
    const [row] = await tx.query<SuppressionRow[]>(
      `INSERT INTO suppressions (address, class, reason, created_by)
       SELECT $1, $2, $3, $4
        WHERE NOT EXISTS (SELECT FROM suppressions
                           WHERE lower(address) = lower($1) AND lifted_at IS NULL
                             AND (class IS NULL OR class = $2::text))
       RETURNING ${columns}`,
      [address, kind, reason, by],
    );
    return row ?? null;
  }

  /** @returns null when there is none, or it was lifted before. */
  async lift(
    tx: Tx,
    suppressionId: number,
    reason: string,
    by: string,
    at: Date,
  ): Promise<SuppressionRow | null> {
    const [row] = await tx.query<SuppressionRow[]>(
      `WITH lifted AS (
         UPDATE suppressions SET lifted_at = $4, lifted_by = $3, lifted_reason = $2
          WHERE suppression_id = $1 AND lifted_at IS NULL RETURNING *
       )
       SELECT ${columns} FROM lifted`,
      [suppressionId, reason, by, at],
    );
    return row ?? null;
  }
}
