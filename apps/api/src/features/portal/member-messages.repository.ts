import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ContactClass } from '@aftercare/domain';
import { DataSource } from 'typeorm';

export interface MessageRow {
  deliveryId: string;
  subject: string;
  topic: string;
  class: ContactClass;
  policyId: string | null;
  sentAt: Date;
  /** `sentAt` to the microsecond, which a JavaScript date cannot hold: for cursors. */
  sentAtExactly: string;
}

export interface MessageFilter {
  customerId: string;
  policyId?: string | undefined;
  topic?: string | undefined;
  /** Part of the subject. */
  search?: string | undefined;
}

const exactly = `to_char(d.sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const messageSelect = `
  SELECT d.delivery_id AS "deliveryId", d.subject_line AS subject, d.topic, d.class, d.policy_id AS "policyId",
         d.sent_at AS "sentAt", ${exactly} AS "sentAtExactly"
  FROM deliveries d
  WHERE d.customer_id = $1 AND d.sent_at IS NOT NULL AND d.block_id IS NOT NULL`;

/** Reads the letters that one customer got. */
@Injectable()
export class MemberMessagesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  list(
    filter: MessageFilter,
    page: { after: [sentAt: string, deliveryId: string] | null; limit: number },
  ): Promise<MessageRow[]> {
    return this.dataSource.query<MessageRow[]>(
      `${messageSelect}
         AND ($2::text IS NULL OR d.policy_id = $2)
         AND ($3::text IS NULL OR d.topic = $3)
         AND ($4::text IS NULL OR strpos(lower(d.subject_line), lower($4)) > 0)
         AND ($5::timestamptz IS NULL OR (d.sent_at, d.delivery_id) < ($5::timestamptz, $6::uuid))
       ORDER BY d.sent_at DESC, d.delivery_id DESC LIMIT $7`,
      [
        ...[filter.customerId, filter.policyId ?? null, filter.topic ?? null, filter.search ?? null],
        ...(page.after ?? [null, null]),
        page.limit,
      ],
    );
  }

  async find(customerId: string, deliveryId: string): Promise<MessageRow | null> {
    const [row] = await this.dataSource.query<MessageRow[]>(`${messageSelect} AND d.delivery_id = $2`, [
      customerId,
      deliveryId,
    ]);
    return row ?? null;
  }
}
