import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { CampaignTally } from '../deliveries/sending-tally.service.js';

/** A process of the platform, as it introduces itself. */
export interface WorkerIdentity {
  workerId: string;
  host: string;
  pid: number;
  roles: string[];
  version: string;
  connections: number;
}

/** A process as the others see it. */
export interface SeenWorker extends WorkerIdentity {
  upSeconds: number;
  /** Since its last sign of life, by the database's clock: that of each machine may go wrong by itself. */
  silentSeconds: number;
  /** It has stopped in order. */
  left: boolean;
  sentLastMinute: number;
}

/** For how long one who has left, or vanished, is remembered; the pulses as well. */
const rememberedFor = `interval '1 day'`;

/** Signs of life, and the pulses that come with them. */
@Injectable()
export class WorkersRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** A sign of life, and what was settled since the last one: both or neither. */
  async beat(worker: WorkerIdentity, tallies: readonly CampaignTally[], leaving: boolean): Promise<void> {
    const of = (part: Exclude<keyof CampaignTally, 'campaignId'>) => tallies.map((tally) => tally[part]);
    await this.dataSource.query(
      `WITH seen AS (
         INSERT INTO workers (worker_id, host, pid, roles, version, connections, started_at, seen_at, left_at)
         VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp(), clock_timestamp(), CASE WHEN $7 THEN clock_timestamp() END)
         ON CONFLICT (worker_id) DO UPDATE
            SET seen_at = excluded.seen_at, left_at = excluded.left_at, roles = excluded.roles
       )
       INSERT INTO sending_pulses (at, worker_id, campaign_id, sent, missed, kept)
       SELECT clock_timestamp(), $1, t.*
         FROM unnest($8::uuid[], $9::int[], $10::int[], $11::int[]) t`,
      [
        ...[
          worker.workerId,
          worker.host,
          worker.pid,
          worker.roles,
          worker.version,
          worker.connections,
          leaving,
        ],
        ...[tallies.map(({ campaignId }) => campaignId), of('sent'), of('missed'), of('kept')],
      ],
    );
  }

  /** Forgets what is older than it is remembered. */
  async tidy(): Promise<void> {
    await this.dataSource.query(
      `WITH gone AS (DELETE FROM workers WHERE seen_at < now() - ${rememberedFor})
       DELETE FROM sending_pulses WHERE at < now() - ${rememberedFor}`,
    );
  }

  /** Everybody remembered, the liveliest first. */
  list(): Promise<SeenWorker[]> {
    return this.dataSource.query<SeenWorker[]>(
      `SELECT w.worker_id AS "workerId", w.host, w.pid, w.roles, w.version, w.connections,
              extract(epoch FROM clock_timestamp() - w.started_at)::float8 AS "upSeconds",
              extract(epoch FROM clock_timestamp() - w.seen_at)::float8 AS "silentSeconds",
              w.left_at IS NOT NULL AS "left", coalesce(lately.sent, 0)::int AS "sentLastMinute"
         FROM workers w
         LEFT JOIN (SELECT worker_id, sum(sent) AS sent FROM sending_pulses
                     WHERE at > now() - interval '1 minute' GROUP BY worker_id) lately USING (worker_id)
        ORDER BY "left", w.seen_at DESC, w.worker_id
        LIMIT 200`,
    );
  }
}
