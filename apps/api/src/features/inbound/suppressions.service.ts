import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { decodeCursor, encodeCursor, type Page } from '../../platform/http/cursor.js';
import { notFound, ProblemError } from '../../platform/http/problem.js';
import { AddressHealthRepository } from './address-health.repository.js';
import { SuppressionsRepository, type SuppressionRow } from './suppressions.repository.js';
import type { NewSuppression, Suppression, SuppressionQuery } from './suppressions.schemas.js';

const cursorSchema = z.object({ before: z.int() });

/** Addresses that are not written to: which, why, and since when; and how one is written to again. */
@Injectable()
export class SuppressionsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: SuppressionsRepository,
    private readonly health: AddressHealthRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(query: SuppressionQuery): Promise<Page<Suppression>> {
    const before = query.cursor === undefined ? null : decodeCursor(cursorSchema, query.cursor).before;
    const rows = await this.repository.list(query, before);
    const items = rows.slice(0, query.limit).map(shown);
    const last = rows.length > query.limit ? items.at(-1) : undefined;
    return { items, nextCursor: last ? encodeCursor({ before: last.suppressionId }) : null };
  }

  /** @throws ProblemError `suppressed_already` */
  add(suppression: NewSuppression, actor: string): Promise<Suppression> {
    return this.transactions.run(async (tx) => {
      const row = await this.repository.add(tx, suppression, actor);
      if (!row) throw new ProblemError('suppressed_already', 409, 'This address is not written to already.');
      const { address, class: kind, reason } = row;
      const detail = { class: kind, reason };
      await this.audit.record(tx, {
        actor,
        action: 'suppression.added',
        subject: `address ${address}`,
        detail,
      });
      return shown(row);
    });
  }

  /**
   * Lets an address be written to again; its soft bounces are counted from nothing. A consent that a complaint took back
   * stays taken back: only the customer can give it.
   * @throws ProblemError `not_found`
   */
  lift(suppressionId: number, reason: string, actor: string): Promise<Suppression> {
    return this.transactions.run(async (tx) => {
      const at = new Date(this.clock.now().epochMilliseconds);
      const row = await this.repository.lift(tx, suppressionId, reason, actor, at);
      if (!row) throw notFound('suppression');
      await this.health.forget(tx, row.address);
      const detail = { suppressionId, was: row.reason, reason };
      const subject = `address ${row.address}`;
      await this.audit.record(tx, { actor, action: 'suppression.lifted', subject, detail });
      return shown(row);
    });
  }
}

function shown(row: SuppressionRow): Suppression {
  return { ...row, createdAt: row.createdAt.toISOString(), liftedAt: row.liftedAt?.toISOString() ?? null };
}
