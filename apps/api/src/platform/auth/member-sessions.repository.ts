import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

@Injectable()
export class MemberSessionsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Keeps a new session, and forgets the customer's ended ones. */
  async insert(tokenHash: Buffer, customerId: string, now: Date, expiresAt: Date): Promise<void> {
    await this.dataSource.query(
      `WITH ended AS (DELETE FROM member_sessions WHERE customer_id = $2 AND expires_at <= $3)
       INSERT INTO member_sessions (token_hash, customer_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
      [tokenHash, customerId, now, expiresAt],
    );
  }

  async findCustomerId(tokenHash: Buffer, now: Date): Promise<string | null> {
    const [row] = await this.dataSource.query<{ customerId: string }[]>(
      `SELECT customer_id AS "customerId" FROM member_sessions WHERE token_hash = $1 AND expires_at > $2`,
      [tokenHash, now],
    );
    return row?.customerId ?? null;
  }

  async remove(tokenHash: Buffer): Promise<void> {
    await this.dataSource.query(`DELETE FROM member_sessions WHERE token_hash = $1`, [tokenHash]);
  }
}
