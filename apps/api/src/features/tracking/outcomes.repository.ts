import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { outcomeDays, outcomeOfEvent, type Campaign, type OutcomeKind } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';

/** No catch-up window is longer: how long after falling due a contact may have been made. */
const longestCatchUpDays = 90;

const events = `(VALUES ${Object.entries(outcomeOfEvent)
  .map(([type, kind]) => `('${type}', '${kind}')`)
  .join(', ')}) AS outcome (type, kind)`;

/** What happens at the portal and in the house: few, and found by index. */
const fromEvents = `
  SELECT outcome.kind, 'event ' || e.event_id AS source, e.customer_id, e.policy_id, e.at
    FROM ${events} JOIN customer_events e USING (type)
   WHERE e.at >= $1 AND e.at <= $2`;

/** What only imports bring, found by going over the book. */
const fromBook = `
  SELECT 'paid' AS kind, 'instalment ' || i.due_date || ' ' || i.policy_id AS source, p.customer_id, i.policy_id, i.paid_at AS at
    FROM instalments i JOIN policies p USING (policy_id)
   WHERE i.paid_at >= $1 AND i.paid_at <= $2
  UNION ALL
  SELECT 'paid', 'status change ' || s.change_id, p.customer_id, s.policy_id, s.recorded_at
    FROM policy_status_changes s JOIN policies p USING (policy_id)
   WHERE s.to_status = 'in_force' AND s.recorded_at >= $1 AND s.recorded_at <= $2
  UNION ALL
  SELECT 'renewed', 'term ' || t.term_no || ' ' || t.policy_id, p.customer_id, t.policy_id, t.closed_at
    FROM closed_terms t JOIN policies p USING (policy_id)
   WHERE t.closed_at >= $1 AND t.closed_at <= $2`;

/** A version of a campaign, and what it may have brought. */
export interface FittingVersion {
  campaignId: string;
  version: number;
  kind: OutcomeKind;
}

/** Ties what happened to the contact that is held to have brought it. */
@Injectable()
export class OutcomesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Every version that was ever approved. */
  versions(): Promise<{ campaignId: string; version: number; definition: Campaign }[]> {
    return this.dataSource.query(
      `SELECT campaign_id AS "campaignId", version, definition FROM campaign_versions WHERE state = 'approved'`,
    );
  }

  /** When an import last ended that may have changed what outcomes are read from; null before the first. */
  async lastImport(): Promise<Date | null> {
    const [row] = await this.dataSource.query<[{ at: Date | null }]>(
      `SELECT max(finished_at) AS at FROM imports WHERE state = 'done' AND NOT dry_run AND kind <> 'customers'`,
    );
    return row.at;
  }

  /**
   * Ties what happened in [from, to] and belongs to no contact yet to the last one that was sent before it, in the days
   * that count, by a campaign that may have brought it: about that policy, or to that customer about none. What is tied
   * stays tied.
   */
  async attribute(
    tx: Tx,
    read: 'events' | 'book',
    window: { from: Date; to: Date },
    fitting: readonly FittingVersion[],
  ): Promise<number> {
    const [row] = await tx.query<[{ count: number }]>(
      `WITH happened AS (${read === 'events' ? fromEvents : fromBook}),
       free AS (
         SELECT * FROM happened h WHERE NOT EXISTS (SELECT FROM delivery_outcomes o WHERE o.source = h.source)
       ), fits AS (
         SELECT * FROM unnest($3::uuid[], $4::int[], $5::text[]) AS f (campaign_id, version, kind)
       ), chosen AS (
         SELECT DISTINCT ON (h.source) h.kind, h.source, h.at, d.delivery_id, d.anchor_date, d.campaign_id, d.step, d.variant
           FROM free h
           JOIN deliveries d ON d.customer_id = h.customer_id
            AND (d.policy_id = h.policy_id OR d.policy_id IS NULL OR h.policy_id IS NULL)
           JOIN fits f ON f.campaign_id = d.campaign_id AND f.version = d.campaign_version AND f.kind = h.kind
          WHERE d.state = 'sent' AND d.sent_at <= h.at AND d.sent_at > h.at - interval '${outcomeDays} days'
            -- Says nothing more, but is found by index.
            AND d.due_at <= h.at AND d.due_at > $1::timestamptz - interval '${outcomeDays + longestCatchUpDays} days'
          ORDER BY h.source, d.sent_at DESC, d.delivery_id DESC
       ), tied AS (
         INSERT INTO delivery_outcomes (kind, source, delivery_id, anchor_date, campaign_id, step, variant, at)
         SELECT kind, source, delivery_id, anchor_date, campaign_id, step, variant, at FROM chosen
         ON CONFLICT (source) DO NOTHING
         RETURNING 1
       )
       SELECT count(*)::int AS count FROM tied`,
      [
        ...[window.from, window.to, fitting.map(({ campaignId }) => campaignId)],
        ...[fitting.map(({ version }) => version), fitting.map(({ kind }) => kind)],
      ],
    );
    return row.count;
  }

  /** Ties answers by mail that came in since `from` to the letter they answer, which they name themselves. */
  async tieReplies(tx: Tx, from: Date): Promise<number> {
    const [row] = await tx.query<[{ count: number }]>(
      `WITH tied AS (
         INSERT INTO delivery_outcomes (kind, source, delivery_id, anchor_date, campaign_id, step, variant, at)
         SELECT 'reply', 'evidence ' || e.evidence_id, d.delivery_id, d.anchor_date, d.campaign_id, d.step, d.variant, e.at
           FROM delivery_evidence e
           JOIN deliveries d ON d.delivery_id = e.delivery_id AND d.anchor_date = e.anchor_date
          WHERE e.kind = 'reply' AND e.believed AND e.recorded_at >= $1
         ON CONFLICT (source) DO NOTHING
         RETURNING 1
       )
       SELECT count(*)::int AS count FROM tied`,
      [from],
    );
    return row.count;
  }
}
