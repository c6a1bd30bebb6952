import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

export interface NoticeRow {
  deliveryId: string;
  subject: string;
  text: string;
  topic: string;
  policyId: string | null;
  publishedAt: Date;
  readAt: Date | null;
  /** `publishedAt` to the microsecond, which a JavaScript date cannot hold: for cursors. */
  publishedAtExactly: string;
}

const columns = `
  delivery_id AS "deliveryId", subject, text, topic, policy_id AS "policyId", published_at AS "publishedAt",
  read_at AS "readAt", to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "publishedAtExactly"`;

/** The notices on one customer's pages; dispatch writes them. */
@Injectable()
export class MemberNoticesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Newest first. */
  list(
    filter: { customerId: string; unread: boolean },
    page: { after: readonly [publishedAt: string, deliveryId: string] | null; limit: number },
  ): Promise<NoticeRow[]> {
    return this.dataSource.query<NoticeRow[]>(
      `SELECT ${columns} FROM portal_notices
        WHERE customer_id = $1 AND (NOT $2::bool OR read_at IS NULL)
          AND ($3::timestamptz IS NULL OR (published_at, delivery_id) < ($3::timestamptz, $4::uuid))
        ORDER BY published_at DESC, delivery_id DESC
        LIMIT $5`,
      [filter.customerId, filter.unread, ...(page.after ?? [null, null]), page.limit],
    );
  }

  /** Notes that the customer has read a notice; the first time stands. Null when it is not theirs. */
  async markRead(customerId: string, deliveryId: string, at: Date): Promise<NoticeRow | null> {
    const [row] = await this.dataSource.query<NoticeRow[]>(
      `WITH read AS (
         UPDATE portal_notices SET read_at = coalesce(read_at, $3)
          WHERE customer_id = $1 AND delivery_id = $2
         RETURNING *
       )
       SELECT ${columns} FROM read`,
      [customerId, deliveryId, at],
    );
    return row ?? null;
  }
}
