import { Injectable } from '@nestjs/common';
import type { Channel, DeliveryState } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';

/** One row of a campaign's ledger, with the person it is about. */
export interface Recipient {
  deliveryId: string;
  step: string;
  variant: string | null;
  channel: Channel;
  class: string;
  customerId: string;
  givenName: string | null;
  familyName: string | null;
  policyId: string | null;
  anchorDate: string;
  recipient: string | null;
  state: DeliveryState;
  reason: string | null;
  mergedInto: string | null;
  smtpReply: string | null;
  /** What was last reported of the letter after it had been handed over, in the reporter's words. */
  report: string | null;
  attempts: number;
  dueAt: Date;
  sentAt: Date | null;
  stateAt: Date;
  nextAttemptAt: Date | null;
  messageId: string | null;
}

/** Enough rows at a time to keep the reader busy, few enough to hold. */
const pageRows = 500;

/** Reads who got a campaign and who did not, row by row, as of one moment. */
@Injectable()
export class RecipientsRepository {
  async findCampaignId(tx: Tx, key: string): Promise<string | null> {
    const [row] = await tx.query<{ campaignId: string }[]>(
      `SELECT campaign_id AS "campaignId" FROM campaigns WHERE key = $1`,
      [key],
    );
    return row?.campaignId ?? null;
  }

  /**
   * Pages of rows, read as they are asked for. Of a letter's reports, which stand with the row that leads it, the last
   * one that was believed is looked up row by row. What the customer wrote back says nothing of whether it arrived, and
   * is nobody's to take out of the house.
   * @param states only these; empty: all
   */
  async *pages(tx: Tx, campaignId: string, states: readonly DeliveryState[]): AsyncGenerator<Recipient[]> {
    await tx.query(
      `DECLARE recipients NO SCROLL CURSOR FOR
       SELECT d.delivery_id AS "deliveryId", d.step, d.variant, d.channel, d.class, d.customer_id AS "customerId",
              u.given_name AS "givenName", u.family_name AS "familyName", d.policy_id AS "policyId",
              d.anchor_date AS "anchorDate", d.recipient, d.state, d.reason, d.merged_into AS "mergedInto",
              d.smtp_reply AS "smtpReply", r.report, d.attempts, d.due_at AS "dueAt", d.sent_at AS "sentAt",
              d.state_at AS "stateAt", d.next_attempt_at AS "nextAttemptAt", d.message_id AS "messageId"
         FROM deliveries d LEFT JOIN customers u USING (customer_id)
         LEFT JOIN LATERAL (SELECT coalesce(e.excerpt, e.detail, e.kind) AS report
                              FROM delivery_evidence e
                             WHERE e.delivery_id = coalesce(d.merged_into, d.delivery_id) AND e.believed
                               AND e.kind NOT IN ('reply', 'auto_reply')
                             ORDER BY e.evidence_id DESC LIMIT 1) r ON true
        WHERE d.campaign_id = $1 AND (cardinality($2::text[]) = 0 OR d.state = ANY ($2))`,
      [campaignId, states],
    );
    for (;;) {
      const page = await tx.query<Recipient[]>(`FETCH ${pageRows} FROM recipients`);
      if (page.length === 0) return;
      yield page;
    }
  }
}
