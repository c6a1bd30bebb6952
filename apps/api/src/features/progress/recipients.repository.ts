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
   * Pages of rows, read as they are asked for.
   * @param states only these; empty: all
   */
  async *pages(tx: Tx, campaignId: string, states: readonly DeliveryState[]): AsyncGenerator<Recipient[]> {
    await tx.query(
      `DECLARE recipients NO SCROLL CURSOR FOR
       SELECT d.delivery_id AS "deliveryId", d.step, d.variant, d.channel, d.class, d.customer_id AS "customerId",
              u.given_name AS "givenName", u.family_name AS "familyName", d.policy_id AS "policyId",
              d.anchor_date AS "anchorDate", d.recipient, d.state, d.reason, d.merged_into AS "mergedInto",
              d.smtp_reply AS "smtpReply", d.attempts, d.due_at AS "dueAt", d.sent_at AS "sentAt",
              d.state_at AS "stateAt", d.next_attempt_at AS "nextAttemptAt", d.message_id AS "messageId"
         FROM deliveries d LEFT JOIN customers u USING (customer_id)
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
