import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { softBouncesAtMost } from './evidence.types.js';

/** A message that was not delivered for a reason that lies with its address, short of its being dead. */
export interface SoftBounce {
  address: string;
  deliveryId: string | null;
  /** When it was handed over, or refused. */
  sentAt: Date;
  /** `smtp`: the server that we hand messages to refused it itself. `report`: that server took it, and a report came. */
  saidBy: 'smtp' | 'report';
}

/** What a mail server said of a letter. */
export interface Refusal {
  address: string;
  /** The delivery that leads the letter. */
  letterId: string;
  reply: string;
}

/** How long a message must have gone unreported before its being accepted counts as a delivery (RFC 5321: 4–5 days). */
const quietDays = 5;

/** The row of soft bounces of each address. */
@Injectable()
export class AddressHealthRepository {
  /**
   * Counts a soft bounce, once for a message, and stops writing to the address when there have been too many in a row.
   *
   * Whether a delivery came between is asked of the ledger now, so that accepted messages cost nothing. Acceptance by
   * the server that we hand messages to is a delivery only where that server judges mailboxes itself: where it said no
   * the last time and does so now. Where refusals come by report, the server takes everything, and a message counts as
   * delivered when nobody has reported otherwise for as long as mail servers keep trying.
   */
  async count(tx: Tx, { address, deliveryId, sentAt, saidBy }: SoftBounce, evidence: string): Promise<void> {
    await tx.query(
      `WITH counted AS (
         INSERT INTO address_health AS health (address, soft_in_row, last_at, last_delivery_id, said_by)
         VALUES (lower($1), 1, $3, $2, $4)
         ON CONFLICT (address) DO UPDATE SET
           soft_in_row = CASE
             WHEN health.last_delivery_id = excluded.last_delivery_id THEN health.soft_in_row
             WHEN EXISTS (
               SELECT FROM deliveries d
                WHERE lower(d.recipient) = health.address AND d.state = 'sent' AND d.chunk_id IS NOT NULL
                  AND d.sent_at > health.last_at AND d.sent_at < excluded.last_at
                  AND (health.said_by = 'smtp' AND excluded.said_by = 'smtp'
                    OR d.sent_at < now() - interval '${quietDays} days')
                  AND NOT EXISTS (SELECT FROM delivery_evidence e
                                   WHERE e.delivery_id = coalesce(d.merged_into, d.delivery_id)
                                     AND e.believed AND e.kind IN ('bounced', 'delayed'))) THEN 1
             ELSE health.soft_in_row + 1
           END,
           last_at = greatest(health.last_at, excluded.last_at),
           last_delivery_id = excluded.last_delivery_id,
           said_by = excluded.said_by
         RETURNING address, soft_in_row
       )
       INSERT INTO suppressions (address, reason, evidence)
       SELECT $1, 'soft_bounces', $5
         FROM counted
        WHERE soft_in_row >= ${softBouncesAtMost}
          AND NOT EXISTS (SELECT FROM suppressions s
                           WHERE lower(s.address) = counted.address AND s.lifted_at IS NULL AND s.class IS NULL)`,
      [address, deliveryId, sentAt, saidBy, evidence],
    );
  }

  /** The deliveries that lead the letters which these went in, by what they carry. */
  async leaders(tx: Tx, deliveryIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ deliveryId: string; letterId: string }[]>(
      `SELECT delivery_id AS "deliveryId", merged_into AS "letterId" FROM deliveries
        WHERE delivery_id = ANY ($1::uuid[]) AND merged_into IS NOT NULL`,
      [deliveryIds],
    );
    return new Map(rows.map(({ deliveryId, letterId }) => [deliveryId, letterId]));
  }

  /** What the mail server last said of rows that it put off. */
  lastReplies(tx: Tx, rows: readonly { deliveryId: string; anchorDate: string }[]): Promise<Refusal[]> {
    return tx.query(
      `SELECT coalesce(d.merged_into, d.delivery_id) AS "letterId", d.recipient AS address, d.smtp_reply AS reply
         FROM deliveries d
        WHERE (d.delivery_id, d.anchor_date) IN (SELECT * FROM unnest($1::uuid[], $2::date[]))
          AND d.recipient IS NOT NULL AND d.smtp_reply IS NOT NULL`,
      [rows.map(({ deliveryId }) => deliveryId), rows.map(({ anchorDate }) => anchorDate)],
    );
  }

  /** A message was delivered: no row of soft bounces goes on that began before it. */
  async clear(tx: Tx, address: string, sentAt: Date): Promise<void> {
    await tx.query(`DELETE FROM address_health WHERE address = lower($1) AND last_at <= $2`, [
      address,
      sentAt,
    ]);
  }

  /** Somebody says that the address works again. */
  async forget(tx: Tx, address: string): Promise<void> {
    await tx.query(`DELETE FROM address_health WHERE address = lower($1)`, [address]);
  }
}
