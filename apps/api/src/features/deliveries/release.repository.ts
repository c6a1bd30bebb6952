import { Injectable } from '@nestjs/common';
import { deferringReasons, type TakenPlace } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { domainOf } from '../rates/rates.types.js';
import { anchorReach, isCounted, letterOf } from './counted-contacts.js';
import { plainArray } from './prepared-statement.js';
import type { Chunk, DueRow, GoingRow, HeldBack } from './release-plan.js';
import { dueColumns, isDue, merging, people } from './release-statement.js';

/** Reasons of rows that wait for a rate, and not for their customer's day. */
const heldByRate = ['rate_limited', 'domain_backoff', 'warm_up'];

/**
 * Makes the planner read rows in the order of an index until there are enough. It cannot know how many are to come, and
 * would rather read and sort all that wait: of a million rows a million, each time that a few thousand are released.
 */
async function inIndexOrder(tx: Tx, only: boolean): Promise<void> {
  const others = only ? 'off' : 'on';
  await tx.query(`SELECT set_config('enable_sort', $1, true), set_config('enable_bitmapscan', $1, true)`, [
    others,
  ]);
}

/** No longer than this does marketing wait for a planner that does not get on. */
const plannerPatience = `interval '10 minutes'`;

/** Which rows go to dispatch, and when. */
@Injectable()
export class ReleaseRepository {
  /**
   * Due rows: legal notices first, then service, then marketing; within a class by priority, then by due time.
   * Rows that another transaction holds at this moment are passed over. Marketing waits until the planner has
   * brought every marketing campaign up to its time: the one that would have the higher priority may be just coming.
   *
   * Rows whose window is over are left to {@link expire}: so only the months are looked at in which an open window can
   * have its anchor. Asked beforehand, for to plan the statement over all parts of the ledger takes longer than to run it.
   */
  async due(tx: Tx, asOf: Date, mostRows: number): Promise<DueRow[]> {
    const [anchors] = await tx.query<[{ earliest: string; latest: string }]>(
      `SELECT day - before AS earliest, day + after AS latest
         FROM (${anchorReach}) reach, (SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date AS day) today`,
      [asOf],
    );
    await inIndexOrder(tx, true);
    const rows = await tx.query<DueRow[]>(
      `WITH ${merging}, planned AS (
         SELECT greatest(coalesce(min(progress.planned_until), 'infinity'), $1::timestamptz - ${plannerPatience}) AS until
           FROM campaigns c
           JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.running IS NOT NULL
           JOIN step_progress progress ON progress.campaign_id = c.campaign_id AND progress.version = v.version
          WHERE c.state = 'active' AND v.definition ->> 'class' = 'marketing'
       ), d AS (
         SELECT waiting.*, array_position(ARRAY['legal', 'service', 'marketing'], waiting.class) AS class_order
           FROM campaigns c
          CROSS JOIN LATERAL (
            SELECT d.*
              FROM deliveries d
             WHERE ${isDue} AND (d.class <> 'marketing' OR d.due_at <= (SELECT until FROM planned))
               AND d.anchor_date BETWEEN $4 AND $5
             ORDER BY d.due_at
             LIMIT $3
               FOR UPDATE SKIP LOCKED
          ) waiting
          WHERE c.state = 'active'
          ORDER BY class_order, waiting.priority DESC, waiting.due_at, waiting.delivery_id
          LIMIT $3
       )
       SELECT ${dueColumns}
         FROM d ${people}
        ORDER BY d.class_order, d.priority DESC, d.due_at, d.delivery_id`,
      [asOf, deferringReasons, mostRows, anchors.earliest, anchors.latest],
    );
    await inIndexOrder(tx, false);
    return rows;
  }

  /** Due rows that go as one letter with some of these, and are not among them. */
  async restOfLetters(tx: Tx, asOf: Date, rows: readonly DueRow[]): Promise<DueRow[]> {
    const merged = rows.filter(({ mergeBy }) => mergeBy !== null);
    if (merged.length === 0) return [];
    return tx.query<DueRow[]>(
      `WITH ${merging}
       SELECT ${dueColumns}
         FROM campaigns c JOIN deliveries d ON ${isDue} ${people}
        WHERE c.campaign_id = ANY ($3::uuid[]) AND d.step = ANY ($4::text[]) AND d.delivery_id <> ALL ($5::uuid[])
          AND (d.customer_id = ANY ($6::text[]) OR lower(u.email) = ANY ($7::text[]))
          FOR UPDATE OF d SKIP LOCKED`,
      [
        asOf,
        deferringReasons,
        [...new Set(merged.map(({ campaignId }) => campaignId))],
        [...new Set(merged.map(({ step }) => step))],
        rows.map(({ deliveryId }) => deliveryId),
        [...new Set(merged.map(({ customerId }) => customerId))],
        [...new Set(merged.flatMap(({ address }) => address ?? []))],
      ],
    );
  }

  /** The contacts that count, from so many days before the first of the rows' days on: of their people and addresses. */
  taken(tx: Tx, rows: readonly GoingRow[]): Promise<TakenPlace[]> {
    const days = rows.map(({ contactOn }) => contactOn).sort();
    const counted = (condition: string) => `
      SELECT d.customer_id AS "customerId", lower(d.recipient) AS address, d.contact_on AS day, ${letterOf('d')} AS letter,
             d.state IN ('sent', 'in_doubt') AS settled
        FROM deliveries d, contact_limits limits
       WHERE ${condition} AND ${isCounted('d', 'limits')} AND d.contact_on > $3::date - limits.cap_days
         AND d.anchor_date BETWEEN (SELECT earliest FROM anchors) AND (SELECT latest FROM anchors)`;
    return tx.query<TakenPlace[]>(
      `WITH anchors AS MATERIALIZED (
         SELECT $3::date - cap_days - before AS earliest, $4::date + cap_days + after AS latest
           FROM contact_limits, (${anchorReach}) reach
       )
       ${counted('d.customer_id = ANY ($1::text[])')}
       UNION
       ${counted('lower(d.recipient) = ANY ($2::text[])')}`,
      [
        [...new Set(rows.map(({ customerId }) => customerId))],
        [...new Set(rows.flatMap(({ address }) => address ?? []))],
        days[0],
        days.at(-1),
      ],
    );
  }

  /** Hands rows to their chunks, each for its customer's day and the address it is meant for. */
  async release(tx: Tx, chunks: readonly Chunk[]): Promise<void> {
    const rows = chunks.flatMap(({ chunkId, rows: ofChunk }) => ofChunk.map((row) => ({ ...row, chunkId })));
    const anchors = rows.map(({ anchorDate }) => anchorDate).sort();
    await tx.query(
      `WITH chunks AS (
         INSERT INTO dispatch_chunks (chunk_id, rows, first_anchor, last_anchor)
         SELECT chunk_id, count(*), min(anchor_date), max(anchor_date)
           FROM unnest($3::uuid[], $2::date[]) AS r (chunk_id, anchor_date) GROUP BY chunk_id
       )
       UPDATE deliveries d
          SET chunk_id = r.chunk_id, claim = r.chunk_id, contact_on = r.contact_on, recipient = r.address,
              reason = CASE WHEN d.reason = ANY ($8::text[]) THEN NULL ELSE d.reason END
         FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::date[], $5::text[])
           AS r (delivery_id, anchor_date, chunk_id, contact_on, address)
        WHERE d.delivery_id = r.delivery_id AND d.anchor_date = r.anchor_date
          AND d.delivery_id = ANY ($1::uuid[]) AND d.anchor_date BETWEEN $6 AND $7`,
      [
        ...plainColumns(rows, ['deliveryId', 'anchorDate', 'chunkId', 'contactOn']),
        rows.map(({ address }) => address),
        ...[anchors[0], anchors.at(-1), deferringReasons],
      ],
    );
  }

  /** Puts rows off, or ends them. One that may have arrived already stays in doubt. */
  async holdBack(tx: Tx, rows: readonly HeldBack[]): Promise<void> {
    if (rows.length === 0) return;
    const anchors = rows.map(({ anchorDate }) => anchorDate).sort();
    await tx.query(
      `UPDATE deliveries d
          SET state = CASE WHEN r.state <> 'planned' AND d.doubted_at IS NOT NULL THEN 'in_doubt' ELSE r.state END,
              reason = CASE WHEN r.state <> 'planned' AND d.doubted_at IS NOT NULL THEN 'not_resent' ELSE r.reason END,
              next_attempt_at = r.until, contact_on = coalesce(r.contact_on, d.contact_on), state_at = clock_timestamp()
         FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::timestamptz[], $6::date[])
           AS r (delivery_id, anchor_date, state, reason, until, contact_on)
        WHERE d.delivery_id = r.delivery_id AND d.anchor_date = r.anchor_date
          AND d.delivery_id = ANY ($1::uuid[]) AND d.anchor_date BETWEEN $7 AND $8`,
      [
        ...plainColumns(rows, ['deliveryId', 'anchorDate', 'state', 'reason', 'until', 'contactOn']),
        ...[anchors[0], anchors.at(-1)],
      ],
    );
  }

  /**
   * Ends the rows whose time ran out while they waited, of paused campaigns too. One that a mail server kept
   * putting off has failed; one that may have arrived stays in doubt. What a rate has held until the end says so.
   */
  async expire(tx: Tx, asOf: Date): Promise<void> {
    await tx.query(
      `UPDATE deliveries
          SET state = CASE WHEN doubted_at IS NOT NULL THEN 'in_doubt' WHEN attempts > 0 THEN 'failed' ELSE 'expired' END,
              reason = CASE WHEN doubted_at IS NOT NULL THEN 'not_resent'
                            WHEN attempts > 0 THEN 'temporary_failure'
                            WHEN reason = ANY ($2::text[]) THEN reason ELSE 'missed_window' END,
              state_at = clock_timestamp()
        WHERE waiting AND due_at <= $1 AND expires_at < $1`,
      [asOf, heldByRate],
    );
  }

  /** Letters that are released and not settled, by the domain that they go to. */
  async releasedByDomain(tx: Tx): Promise<Map<string, number>> {
    const rows = await tx.query<{ domain: string; letters: number }[]>(
      `SELECT substring(d.recipient FROM '[^@]*$') AS domain, count(*)::int AS letters
         FROM dispatch_chunks JOIN deliveries d USING (chunk_id)
        WHERE d.state IN ('planned', 'sending') AND d.recipient IS NOT NULL
        GROUP BY 1`,
    );
    const letters = new Map<string, number>();
    for (const row of rows) {
      const domain = domainOf(row.domain);
      letters.set(domain, (letters.get(domain) ?? 0) + row.letters);
    }
    return letters;
  }

  /** How many rows are released, in chunks that are not yet worked off. */
  async countReleased(tx: Tx): Promise<number> {
    const [row] = await tx.query<[{ rows: number }]>(
      `SELECT coalesce(sum(rows), 0)::int AS rows FROM dispatch_chunks`,
    );
    return row.rows;
  }

  /**
   * Open rows that are due: those that can go, and those that are held because their campaign is not active or
   * nobody approved their version. What the contact gate has put off to a later time is not due, nor what a warm-up has
   * put off to another day.
   */
  async countOpen(tx: Tx, asOf: Date): Promise<{ going: number; held: number }> {
    const [row] = await tx.query<[{ going: number; held: number }]>(
      `SELECT count(*) FILTER (WHERE c.state = 'active' AND v.state = 'approved' OR d.state = 'sending')::int AS going,
              count(*) FILTER (WHERE (c.state <> 'active' OR v.state <> 'approved') AND d.state = 'planned')::int AS held
         FROM (SELECT campaign_id, campaign_version, state, reason, due_at, next_attempt_at FROM deliveries WHERE waiting
               UNION ALL
               SELECT campaign_id, campaign_version, state, reason, due_at, next_attempt_at
                 FROM deliveries JOIN dispatch_chunks USING (chunk_id) WHERE state IN ('planned', 'sending')) d
         JOIN campaigns c USING (campaign_id)
         JOIN campaign_versions v ON v.campaign_id = d.campaign_id AND v.version = d.campaign_version
        WHERE d.due_at <= $1
          AND (d.state = 'planned' AND d.reason = ANY ($2::text[]) AND d.next_attempt_at > $1) IS NOT TRUE
          AND (d.state = 'planned' AND d.reason = 'warm_up' AND d.next_attempt_at > clock_timestamp()) IS NOT TRUE`,
      [asOf, deferringReasons],
    );
    return row;
  }
}

function plainColumns<Key extends string>(
  rows: readonly Readonly<Record<Key, string | Date | null>>[],
  keys: readonly Key[],
): string[] {
  return keys.map((key) => plainArray(rows.map((row) => row[key])));
}
