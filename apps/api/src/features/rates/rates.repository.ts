import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';
import type { DomainBackoff, RateLimit, RateScope, WarmUp } from './rates.types.js';

/** A warm-up, and how much of today it has given out. */
export type WarmUpToday = WarmUp & { day: string; secondsLeft: number; taken: number };

/** Everything that holds mail back, in one look. */
export interface RatesRow {
  now: Date;
  limits: RateLimit[];
  warmUps: WarmUpToday[];
  backoffs: (Omit<DomainBackoff, 'since' | 'until'> & { since: string; until: string })[];
}

const backoffColumns = `
  'domain', domain, 'reply', reply, 'since', since, 'failures', failures, 'until', until_at,
  'waitSeconds', greatest(0, extract(epoch FROM until_at - clock_timestamp()))`;

/** Limits, warm-ups and back-offs. */
@Injectable()
export class RatesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** All of it in one statement, for whoever is about to send. */
  async read(tx?: Tx): Promise<RatesRow> {
    const [row] = await (tx ?? this.dataSource.manager).query<[RatesRow]>(
      `SELECT clock_timestamp() AS now,
         (SELECT coalesce(json_agg(json_build_object('scope', scope, 'name', name, 'perSecond', per_second)
                                   ORDER BY scope, name), '[]') FROM rate_limits) AS limits,
         (SELECT coalesce(json_agg(json_build_object('identity', w.identity, 'startsOn', starts_on, 'firstDay', first_day,
                                   'factor', factor, 'upTo', up_to, 'day', today.day, 'taken', coalesce(d.taken, 0),
                                   'secondsLeft', extract(epoch FROM (today.day + 1)::timestamp - today.at))
                                   ORDER BY w.identity), '[]')
            FROM (SELECT at, at::date AS day FROM (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at)) today
           CROSS JOIN warm_ups w
            LEFT JOIN warm_up_days d ON d.identity = w.identity AND d.day = today.day) AS "warmUps",
         (SELECT coalesce(json_agg(json_build_object(${backoffColumns}) ORDER BY domain), '[]')
            FROM domain_backoffs) AS backoffs`,
    );
    return row;
  }

  /** The limits, held until the transaction ends: who changes them changes what is there. */
  async holdLimits(tx: Tx): Promise<RateLimit[]> {
    await tx.query('LOCK TABLE rate_limits IN SHARE ROW EXCLUSIVE MODE');
    return tx.query<RateLimit[]>(
      `SELECT scope, name, per_second AS "perSecond" FROM rate_limits ORDER BY scope, name`,
    );
  }

  /**
   * Puts a limit in place of another, or with null takes it away. What was reserved or put off under the old one is
   * forgotten, so that the new one holds from now on.
   */
  async setLimit(tx: Tx, scope: RateScope, name: string, perSecond: number | null): Promise<void> {
    if (perSecond === null) {
      await tx.query('DELETE FROM rate_limits WHERE scope = $1 AND name = $2', [scope, name]);
    } else {
      await tx.query(
        `INSERT INTO rate_limits (scope, name, per_second) VALUES ($1, $2, $3)
         ON CONFLICT (scope, name) DO UPDATE SET per_second = excluded.per_second`,
        [scope, name, perSecond],
      );
    }
    await tx.query('DELETE FROM rate_moments');
    await this.wake(tx, 'rate_limited');
  }

  async holdWarmUp(tx: Tx, identity: string): Promise<WarmUp | null> {
    const [row] = await tx.query<WarmUp[]>(
      `SELECT identity, starts_on AS "startsOn", first_day AS "firstDay", factor, up_to AS "upTo"
         FROM warm_ups WHERE identity = $1 FOR UPDATE`,
      [identity],
    );
    return row ?? null;
  }

  /** Begins or changes a warm-up. What waits for another day is looked at again. */
  async setWarmUp(tx: Tx, { identity, startsOn, firstDay, factor, upTo }: WarmUp): Promise<void> {
    await tx.query(
      `INSERT INTO warm_ups (identity, starts_on, first_day, factor, up_to) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (identity) DO UPDATE SET starts_on = excluded.starts_on, first_day = excluded.first_day,
                                            factor = excluded.factor, up_to = excluded.up_to`,
      [identity, startsOn, firstDay, factor, upTo],
    );
    await this.wake(tx, 'warm_up');
  }

  async deleteWarmUp(tx: Tx, identity: string): Promise<void> {
    await tx.query('DELETE FROM warm_ups WHERE identity = $1', [identity]);
    await this.wake(tx, 'warm_up');
  }

  /** Tries a domain again now. */
  async endBackoff(tx: Tx, domain: string): Promise<boolean> {
    const gone = await tx.query<unknown[]>(
      `WITH gone AS (DELETE FROM domain_backoffs WHERE domain = $1 RETURNING domain) SELECT domain FROM gone`,
      [domain],
    );
    await this.wake(tx, 'domain_backoff');
    return gone.length > 0;
  }

  /** Forgets what says nothing any more: scopes that have long been free, domains that nobody has written to for a day. */
  async tidy(): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM rate_moments WHERE next_at < clock_timestamp() - interval '1 hour'`,
    );
    await this.dataSource.query(
      `DELETE FROM domain_backoffs WHERE until_at < clock_timestamp() - interval '1 day'`,
    );
  }

  /** Rows that waited are looked at again by the next release. */
  private async wake(tx: Tx, reason: string): Promise<void> {
    await tx.query(`UPDATE deliveries SET next_attempt_at = NULL WHERE waiting AND reason = $1`, [reason]);
  }
}
