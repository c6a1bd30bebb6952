import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DeliveryState } from '@aftercare/domain';
import { DataSource } from 'typeorm';

/** Rows that are due and not released, by all that decides what they wait for. */
export interface WaitingRows {
  campaignId: string;
  approved: boolean;
  /** Why it was put off or came back; not for how long. */
  reason: string | null;
  /** The quarter of an hour in which it may go; null when it may go now. */
  from: Date | null;
  count: number;
  oldestDueAt: Date;
}

export interface ReleasedRows {
  campaignId: string;
  state: 'planned' | 'sending';
  count: number;
  oldestDueAt: Date;
}

export interface DayRows {
  campaignId: string;
  state: DeliveryState;
  count: number;
}

export interface KnownCampaign {
  campaignId: string;
  key: string;
  name: string;
  class: string;
  state: string;
  pausedReason: string | null;
}

/** How fast a campaign's rows went of late. */
export interface Pace {
  campaignId: string;
  last10s: number;
  lastMinute: number;
  /** For how long, of the last minute, there has been anything to count. */
  secondsOfMinute: number;
  movedSecondsAgo: number;
}

export interface PaceAt {
  campaignId: string;
  /** So many whole slots ago. */
  slotsAgo: number;
  sent: number;
  missed: number;
}

/** Reads how far sending has come. Every statement goes by a partial index of open rows, by the day's, or by pulses. */
@Injectable()
export class ProgressRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  waiting(now: Date): Promise<WaitingRows[]> {
    return this.dataSource.query<WaitingRows[]>(
      `SELECT d.campaign_id AS "campaignId", coalesce(v.state = 'approved', false) AS approved, d.reason, d.from,
              sum(d.count)::int AS count, min(d.oldest) AS "oldestDueAt"
         FROM (SELECT campaign_id, campaign_version, reason,
                      CASE WHEN next_attempt_at > $1
                           THEN date_bin('15 minutes', next_attempt_at, timestamptz 'epoch') END AS from,
                      count(*) AS count, min(due_at) AS oldest
                 FROM deliveries
                WHERE waiting AND due_at <= $1
                GROUP BY 1, 2, 3, 4) d
         LEFT JOIN campaign_versions v ON v.campaign_id = d.campaign_id AND v.version = d.campaign_version
        GROUP BY 1, 2, 3, 4`,
      [now],
    );
  }

  /** What workers have been given and not settled: as few as may be released at a time. */
  released(): Promise<ReleasedRows[]> {
    return this.dataSource.query<ReleasedRows[]>(
      `SELECT campaign_id AS "campaignId", state, count(*)::int AS count, min(due_at) AS "oldestDueAt"
         FROM deliveries JOIN dispatch_chunks USING (chunk_id)
        WHERE state IN ('planned', 'sending')
        GROUP BY campaign_id, state`,
    );
  }

  /** What has fallen due since the day began. */
  ofDay(from: Date, now: Date): Promise<DayRows[]> {
    return this.dataSource.query<DayRows[]>(
      `SELECT campaign_id AS "campaignId", state, count(*)::int AS count
         FROM deliveries
        WHERE due_at >= $1 AND due_at <= $2
        GROUP BY campaign_id, state`,
      [from, now],
    );
  }

  /** What has been settled since the day began, whenever it fell due: of the last day at the most. */
  settledSince(from: Date): Promise<{ campaignId: string; count: number }[]> {
    return this.dataSource.query(
      `SELECT campaign_id AS "campaignId", sum(sent + missed + kept)::int AS count
         FROM sending_pulses
        WHERE at >= $1
        GROUP BY campaign_id`,
      [from],
    );
  }

  campaigns(): Promise<KnownCampaign[]> {
    return this.dataSource.query<KnownCampaign[]>(
      `SELECT c.campaign_id AS "campaignId", c.key, c.name, v.definition ->> 'class' AS class, c.state,
              c.paused_reason AS "pausedReason"
         FROM campaigns c
         LEFT JOIN campaign_versions v ON v.campaign_id = c.campaign_id
                                      AND v.version = coalesce(c.active_version, c.latest_version)`,
    );
  }

  /** Campaigns that have moved within a day. */
  paces(): Promise<Pace[]> {
    return this.dataSource.query<Pace[]>(
      `SELECT c.campaign_id AS "campaignId", coalesce(lately.last10s, 0)::int AS "last10s",
              coalesce(lately.minute, 0)::int AS "lastMinute", coalesce(lately.seconds, 0)::float8 AS "secondsOfMinute",
              extract(epoch FROM now() - latest.at)::float8 AS "movedSecondsAgo"
         FROM campaigns c
        CROSS JOIN LATERAL (SELECT max(at) AS at FROM sending_pulses p WHERE p.campaign_id = c.campaign_id) latest
         LEFT JOIN (SELECT campaign_id, sum(sent + missed + kept) AS minute,
                           sum(sent + missed + kept) FILTER (WHERE at > now() - interval '10 seconds') AS last10s,
                           extract(epoch FROM now() - min(at)) AS seconds
                      FROM sending_pulses
                     WHERE at > now() - interval '1 minute'
                     GROUP BY campaign_id) lately USING (campaign_id)
        WHERE latest.at IS NOT NULL`,
    );
  }

  /** The last so many slots, without those in which nothing was sent. */
  history(slotSeconds: number, slots: number): Promise<PaceAt[]> {
    return this.dataSource.query<PaceAt[]>(
      `SELECT campaign_id AS "campaignId", floor(extract(epoch FROM now() - at) / $1)::int AS "slotsAgo",
              sum(sent)::int AS sent, sum(missed)::int AS missed
         FROM sending_pulses
        WHERE at > now() - make_interval(secs => $1::int * $2::int) AND at <= now()
        GROUP BY 1, 2`,
      [slotSeconds, slots],
    );
  }

  /** How far the step that is planned least far is behind the clock; null when none runs. */
  async planningBehindSeconds(now: Date): Promise<number | null> {
    const [row] = await this.dataSource.query<[{ seconds: number | null }]>(
      `SELECT greatest(extract(epoch FROM $1 - min(p.planned_until)), 0)::float8 AS seconds
         FROM campaigns c
         JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.running IS NOT NULL
         JOIN step_progress p ON p.campaign_id = v.campaign_id AND p.version = v.version
        WHERE c.state = 'active'`,
      [now],
    );
    return row.seconds;
  }

  async inDoubt(): Promise<number> {
    const [row] = await this.dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM deliveries WHERE doubted_at IS NOT NULL AND state = 'in_doubt'`,
    );
    return row.count;
  }

  async database(): Promise<{ version: string; bytes: number; connections: number }> {
    const [row] = await this.dataSource.query<[{ version: string; bytes: number; connections: number }]>(
      `SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes,
              (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()) AS connections`,
    );
    return row;
  }

  /** Jobs that wait, run, or wait to be tried again, by queue; none where the queue has never been started. */
  async jobs(): Promise<{ queue: string; state: string; count: number }[]> {
    const [{ made }] = await this.dataSource.query<[{ made: boolean }]>(
      `SELECT to_regclass('pgboss.job') IS NOT NULL AS made`,
    );
    if (!made) return [];
    return this.dataSource.query(
      `SELECT name AS queue, state::text AS state, count(*)::int AS count
         FROM pgboss.job WHERE state < 'completed' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
  }
}
