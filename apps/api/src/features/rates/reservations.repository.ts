import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Moments that nobody else has: the first in so many milliseconds, the others at even distances after it. */
export interface Reservation {
  count: number;
  inMs: number;
  intervalMs: number;
}

/** What workers share while they send: moments of a rate, places of a day, and who wants no mail for now. */
@Injectable()
export class ReservationsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Takes the next `count` moments of a scope, whoever asks at the same time. The first is never before now, and a
   * moment that nobody asked for in time is gone: nothing is caught up.
   *
   * @param patienceMs takes none when the first is further away than that; `inMs` then says how far
   * @param now the time by which it is reckoned; the database's own when left out
   */
  async reserve(
    scope: string,
    count: number,
    perSecond: number,
    patienceMs = Infinity,
    now: Date | null = null,
  ): Promise<Reservation> {
    const intervalMs = 1000 / perSecond;
    const [row] = await this.dataSource.query<{ count: number; inMs: number }[]>(
      // The clock is read where the row is locked: a moment that was free when the statement began may be taken by then.
      `INSERT INTO rate_moments AS m (scope, next_at)
       VALUES ($1, coalesce($5::timestamptz, clock_timestamp()) + $2 * $3::float8 * interval '1 second')
       ON CONFLICT (scope) DO UPDATE
          SET next_at = CASE WHEN m.next_at > coalesce($5, clock_timestamp()) + least($4::float8, 1e9) * interval '1 millisecond'
                             THEN m.next_at
                             ELSE greatest(m.next_at, coalesce($5, clock_timestamp())) + $2 * $3 * interval '1 second' END
       RETURNING CASE WHEN new.next_at IS NOT DISTINCT FROM old.next_at THEN 0 ELSE $2::int END AS count,
                 extract(epoch FROM CASE WHEN new.next_at IS NOT DISTINCT FROM old.next_at THEN new.next_at
                                         ELSE new.next_at - $2 * $3 * interval '1 second' END
                                    - coalesce($5, clock_timestamp()))::float8 * 1000 AS "inMs"`,
      [scope, count, intervalMs / 1000, patienceMs, now],
    );
    return { ...row!, intervalMs };
  }

  /**
   * Takes up to `count` of the places that a warm-up gives on a day.
   * @returns how many it got
   */
  async takePlaces(identity: string, day: string, allowed: number, count: number): Promise<number> {
    const [row] = await this.dataSource.query<{ got: number }[]>(
      `INSERT INTO warm_up_days AS d (identity, day, taken) VALUES ($1, $2, least($3::int, $4::int))
       ON CONFLICT (identity, day) DO UPDATE SET taken = greatest(d.taken, least($3, d.taken + $4))
       RETURNING new.taken - coalesce(old.taken, 0) AS got`,
      [identity, day, allowed, count],
    );
    return row!.got;
  }

  /** Gives places back that no message was sent in. */
  async returnPlaces(identity: string, day: string, count: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE warm_up_days SET taken = greatest(0, taken - $3) WHERE identity = $1 AND day = $2`,
      [identity, day, count],
    );
  }

  /**
   * Notes that a domain said: not now. The pause before it is tried again doubles from a minute to an hour.
   * @returns seconds until then
   */
  async backOff(domain: string, reply: string): Promise<number> {
    const [row] = await this.dataSource.query<{ seconds: number }[]>(
      `INSERT INTO domain_backoffs AS b (domain, reply, since, failures, until_at)
       VALUES ($1, $2, clock_timestamp(), 1, clock_timestamp() + interval '1 minute')
       ON CONFLICT (domain) DO UPDATE
          -- Refusals that come while it is left alone are answers to what was under way: they are one.
          SET reply = excluded.reply,
              failures = b.failures + (b.until_at <= clock_timestamp())::int,
              until_at = CASE WHEN b.until_at > clock_timestamp() THEN b.until_at
                              ELSE clock_timestamp() + least(power(2, least(b.failures, 10)), 60) * interval '1 minute' END
       RETURNING greatest(0, extract(epoch FROM until_at - clock_timestamp()))::float8 AS seconds`,
      [domain, reply],
    );
    return row!.seconds;
  }

  /** A domain has taken a message. */
  async endBackoff(domain: string): Promise<void> {
    await this.dataSource.query('DELETE FROM domain_backoffs WHERE domain = $1', [domain]);
  }
}
