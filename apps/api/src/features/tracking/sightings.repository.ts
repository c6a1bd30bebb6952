import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { burstMs, type Click, type MachineReason } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';
import type { SeenClick, SeenOpen } from './sightings.types.js';

/** More lines about one letter say nothing more: a link can be asked for for ever by whoever has it. */
const mostOfALetter = 500;

/** A click with what it is judged by, and the verdict until now. */
export interface JudgedClick extends Click {
  clickId: number;
  /** Whether it waits for its verdict; else it is there for those that do. */
  fresh: boolean;
  machine: MachineReason | null;
  /** Whether nobody knows that its letter arrived. */
  inDoubt: boolean;
}

const notTooMany = (table: string) => `
  (SELECT count(*) FROM (SELECT FROM ${table} k WHERE k.delivery_id = seen.delivery_id LIMIT ${mostOfALetter}) k)
    < ${mostOfALetter}`;

/** What was seen of readers, as lines of the database. */
@Injectable()
export class SightingsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Notes clicks, of rows that are in the ledger. */
  async insertClicks(clicks: readonly SeenClick[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO delivery_clicks (delivery_id, anchor_date, campaign_id, step, variant, link, at, request, agent, network)
       SELECT d.delivery_id, d.anchor_date, d.campaign_id, d.step, d.variant, seen.link, seen.at, seen.request, seen.agent,
              seen.network
         FROM unnest($1::uuid[], $2::date[], $3::smallint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
              AS seen (delivery_id, anchor_date, link, at, request, agent, network)
         JOIN deliveries d ON d.delivery_id = seen.delivery_id AND d.anchor_date = seen.anchor_date
        WHERE ${notTooMany('delivery_clicks')}`,
      [
        clicks.map(({ deliveryId }) => deliveryId),
        clicks.map(({ anchorDate }) => anchorDate),
        clicks.map(({ link }) => link),
        clicks.map(({ at }) => at),
        clicks.map(({ request }) => request),
        clicks.map(({ agent }) => agent),
        clicks.map(({ network }) => network),
      ],
    );
  }

  /** Notes openings, of rows that are in the ledger. */
  async insertOpens(opens: readonly SeenOpen[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO delivery_opens (delivery_id, anchor_date, campaign_id, step, variant, at, agent, machine)
       SELECT d.delivery_id, d.anchor_date, d.campaign_id, d.step, d.variant, seen.at, seen.agent, seen.machine
         FROM unnest($1::uuid[], $2::date[], $3::timestamptz[], $4::text[], $5::boolean[])
              AS seen (delivery_id, anchor_date, at, agent, machine)
         JOIN deliveries d ON d.delivery_id = seen.delivery_id AND d.anchor_date = seen.anchor_date
        WHERE ${notTooMany('delivery_opens')}`,
      [
        opens.map(({ deliveryId }) => deliveryId),
        opens.map(({ anchorDate }) => anchorDate),
        opens.map(({ at }) => at),
        opens.map(({ agent }) => agent),
        opens.map(({ machine }) => machine),
      ],
    );
  }

  /**
   * The oldest clicks that nobody has judged, from before `until`, and those beside them: of the same letter or the same
   * block of addresses, within the time of a burst.
   */
  unjudged(tx: Tx, until: Date, limit: number): Promise<JudgedClick[]> {
    return tx.query<JudgedClick[]>(
      `WITH fresh AS MATERIALIZED (
         SELECT click_id, delivery_id, network, at
           FROM delivery_clicks WHERE NOT judged AND at < $1 ORDER BY at, click_id LIMIT $2
       ), beside AS (
         SELECT click_id FROM fresh
         UNION
         SELECT c.click_id
           FROM fresh f
           JOIN delivery_clicks c ON c.delivery_id = f.delivery_id AND c.at BETWEEN f.at - $3::interval AND f.at + $3::interval
         UNION
         -- By seconds, for of a crowd each would find all others.
         SELECT c.click_id
           FROM (SELECT DISTINCT network, date_trunc('second', at) AS second FROM fresh WHERE network IS NOT NULL) f
           JOIN delivery_clicks c ON c.network = f.network
                AND c.at BETWEEN f.second - $3::interval AND f.second + $3::interval + interval '1 second'
       )
       SELECT c.click_id AS "clickId", c.delivery_id AS "deliveryId", c.link, (extract(epoch FROM c.at) * 1000)::float8 AS at,
              c.request, c.agent, c.network, (extract(epoch FROM d.sent_at) * 1000)::float8 AS "acceptedAt",
              c.click_id IN (SELECT click_id FROM fresh) AS fresh, c.machine,
              d.state IS NOT DISTINCT FROM 'in_doubt' AS "inDoubt"
         FROM beside
         JOIN delivery_clicks c USING (click_id)
         LEFT JOIN deliveries d ON d.delivery_id = c.delivery_id AND d.anchor_date = c.anchor_date
        ORDER BY c.click_id`,
      [until, limit, `${burstMs} milliseconds`],
    );
  }

  /** Writes verdicts down. */
  async judge(
    tx: Tx,
    verdicts: readonly { clickId: number; machine: MachineReason | null }[],
  ): Promise<void> {
    await tx.query(
      `UPDATE delivery_clicks c SET judged = true, machine = v.machine
         FROM unnest($1::bigint[], $2::text[]) AS v (click_id, machine)
        WHERE c.click_id = v.click_id`,
      [verdicts.map(({ clickId }) => clickId), verdicts.map(({ machine }) => machine)],
    );
  }

  /** Takes off, of what was seen before `before`, where it came from. */
  async forgetNetworks(before: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE delivery_clicks SET network = NULL WHERE network IS NOT NULL AND judged AND at < $1`,
      [before],
    );
  }

  /** Deletes what was seen before `before`. */
  async forget(tx: Tx, before: Date): Promise<{ clicks: number; opens: number }> {
    const [row] = await tx.query<[{ clicks: number; opens: number }]>(
      `WITH clicks AS (DELETE FROM delivery_clicks WHERE at < $1 RETURNING 1),
            opens AS (DELETE FROM delivery_opens WHERE at < $1 RETURNING 1)
       SELECT (SELECT count(*)::int FROM clicks) AS clicks, (SELECT count(*)::int FROM opens) AS opens`,
      [before],
    );
    return row;
  }
}
