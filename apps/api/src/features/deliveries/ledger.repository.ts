import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { LedgerCounts } from '@aftercare/domain';
import { copyOut } from '../../platform/database/copy.js';
import type { Tx } from '../../platform/database/tx.js';

/** Reads the whole ledger, or one campaign's part of it. */
@Injectable()
export class LedgerRepository {
  async findCampaignId(tx: Tx, key: string): Promise<string | null> {
    const [row] = await tx.query<{ campaignId: string }[]>(
      `SELECT campaign_id AS "campaignId" FROM campaigns WHERE key = $1`,
      [key],
    );
    return row?.campaignId ?? null;
  }

  /**
   * The counts of one moment: rows are counted by themselves and by state in the same snapshot. A row that counts as
   * sent without a time and what went (a message id and its bytes; the notice; the task) is counted as `unproven`, a
   * state there is not.
   */
  async counts(tx: Tx, campaignId: string | null): Promise<LedgerCounts> {
    const [row] = await tx.query<
      [{ planned: number; states: Record<string, number>; suppressed: Record<string, number> }]
    >(
      `WITH lines AS (
         SELECT d.state, d.reason,
                d.state <> 'sent' OR (d.sent_at IS NOT NULL AND CASE d.channel
                  WHEN 'email' THEN d.message_id IS NOT NULL AND d.block_id IS NOT NULL
                  WHEN 'portal' THEN n.delivery_id IS NOT NULL
                  WHEN 'task' THEN t.delivery_id IS NOT NULL ELSE false END) AS proven
           FROM deliveries d
           LEFT JOIN portal_notices n ON d.channel = 'portal' AND n.delivery_id = d.delivery_id
           LEFT JOIN staff_tasks t ON d.channel = 'task' AND t.delivery_id = d.delivery_id
          WHERE $1::uuid IS NULL OR d.campaign_id = $1
       ), states AS (
         SELECT CASE WHEN proven THEN state ELSE 'unproven' END AS state, count(*) AS count FROM lines GROUP BY 1
       ), reasons AS (
         SELECT coalesce(reason, '') AS reason, count(*) AS count FROM lines WHERE state = 'suppressed' GROUP BY 1
       )
       SELECT (SELECT count(*) FROM lines) AS planned,
              (SELECT coalesce(jsonb_object_agg(state, count), '{}') FROM states) AS states,
              (SELECT coalesce(jsonb_object_agg(reason, count), '{}') FROM reasons) AS suppressed`,
      [campaignId],
    );
    return row;
  }

  /** The ledger as lines of JSON, as fast as the reader takes them. */
  async lines(tx: Tx, campaignId: string | null): Promise<Readable> {
    await tx.query(`SET LOCAL TimeZone = 'UTC'`);
    const where = campaignId === null ? '' : `WHERE d.campaign_id = '${asUuid(campaignId)}'`;
    const instant = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    // JSON has no raw control characters, so with these as quote and delimiter the CSV format leaves lines as they are.
    return copyOut(
      tx,
      `COPY (
         SELECT json_build_object(
                  'delivery_id', d.delivery_id, 'campaign', c.key, 'campaign_version', d.campaign_version,
                  'step', d.step, 'subject_id', d.subject_id, 'customer_id', d.customer_id, 'policy_id', d.policy_id,
                  'anchor_date', d.anchor_date, 'class', d.class, 'topic', d.topic,
                  'channel', d.channel, 'template', d.template, 'variant', d.variant, 'contact_on', d.contact_on,
                  'state', d.state, 'reason', d.reason, 'due_at', ${instant('d.due_at')},
                  'state_at', ${instant('d.state_at')}, 'sent_at', ${instant('d.sent_at')},
                  'message_id', d.message_id, 'merged_into', d.merged_into, 'to', d.recipient, 'attempts', d.attempts, 'smtp_reply', d.smtp_reply)
           FROM deliveries d JOIN campaigns c USING (campaign_id) ${where}
       ) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`,
    );
  }
}

/** COPY takes no parameters, so what goes into its text is checked by its shape. */
function asUuid(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error(`no id: ${id}`);
  return id;
}
