import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';

/** A customer whom an address belongs to. */
export interface AddressOwner {
  customerId: string;
  givenName: string | null;
  familyName: string | null;
  address: string;
  locale: string | null;
  timeZone: string | null;
  isDeceased: boolean;
}

export interface LinkRow {
  tokenHash: Buffer;
  customerId: string;
  address: string;
  returnTo: string | null;
  createdAt: Date;
  expiresAt: Date;
}

/** A link as it was made, beside what the book says of its customer by now. */
export interface FoundLink {
  customerId: string;
  givenName: string | null;
  familyName: string | null;
  address: string;
  addressNow: string | null;
  returnTo: string | null;
  expiresAt: Date;
  usedAt: Date | null;
}

@Injectable()
export class SignInLinksRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  listOwners(address: string, limit: number): Promise<AddressOwner[]> {
    return this.dataSource.query<AddressOwner[]>(
      `SELECT customer_id AS "customerId", given_name AS "givenName", family_name AS "familyName",
              email AS address, locale, time_zone AS "timeZone",
              EXISTS (SELECT FROM policies p
                      WHERE p.customer_id = c.customer_id AND p.status = 'claim_death') AS "isDeceased"
       FROM customers c WHERE lower(email) = lower($1)
       ORDER BY customer_id LIMIT $2`,
      [address, limit],
    );
  }

  async insert(tx: Tx, links: readonly LinkRow[]): Promise<void> {
    const column = <Key extends keyof LinkRow>(key: Key) => links.map((link) => link[key]);
    await tx.query(
      `INSERT INTO sign_in_links (token_hash, customer_id, address, return_to, created_at, expires_at)
       SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])`,
      [
        ...[column('tokenHash'), column('customerId'), column('address')],
        ...[column('returnTo'), column('createdAt'), column('expiresAt')],
      ],
    );
  }

  async markSent(tokenHashes: readonly Buffer[], at: Date): Promise<void> {
    await this.dataSource.query(`UPDATE sign_in_links SET sent_at = $2 WHERE token_hash = ANY($1::bytea[])`, [
      tokenHashes,
      at,
    ]);
  }

  async find(tokenHash: Buffer): Promise<FoundLink | null> {
    const [row] = await this.dataSource.query<FoundLink[]>(
      `SELECT l.customer_id AS "customerId", c.given_name AS "givenName", c.family_name AS "familyName",
              l.address, c.email AS "addressNow", l.return_to AS "returnTo",
              l.expires_at AS "expiresAt", l.used_at AS "usedAt"
       FROM sign_in_links l JOIN customers c USING (customer_id)
       WHERE l.token_hash = $1`,
      [tokenHash],
    );
    return row ?? null;
  }

  /** Uses a link up, if it can still be used at all. @returns whether this call did. */
  async consume(tx: Tx, tokenHash: Buffer, now: Date): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `WITH used AS (
         UPDATE sign_in_links SET used_at = $2
         WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
         RETURNING 1
       )
       SELECT 1 FROM used`,
      [tokenHash, now],
    );
    return rows.length > 0;
  }
}
