import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';

type Standing = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counts attempts in the database, so that a limit holds over all machines together. */
@Injectable()
export class SignInAttemptsRepository implements ThrottlerStorage {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Counts one more attempt under `key` in the window of `ttl` milliseconds that its first attempt opened. */
  async increment(key: string, ttl: number, limit: number): Promise<Standing> {
    const now = this.clock.now().epochMilliseconds;
    const [row] = await this.dataSource.query<{ count: number; resetsAt: Date }[]>(
      `WITH over AS (
         DELETE FROM sign_in_attempts WHERE key IN (
           SELECT key FROM sign_in_attempts WHERE resets_at <= $2 AND key <> $1
           LIMIT 100 FOR UPDATE SKIP LOCKED
         )
       )
       INSERT INTO sign_in_attempts AS a (key, count, resets_at) VALUES ($1, 1, $3)
       ON CONFLICT (key) DO UPDATE
         SET count = CASE WHEN a.resets_at <= $2 THEN 1 ELSE a.count + 1 END,
             resets_at = CASE WHEN a.resets_at <= $2 THEN excluded.resets_at ELSE a.resets_at END
       RETURNING count, resets_at AS "resetsAt"`,
      [key, new Date(now), new Date(now + ttl)],
    );
    const seconds = Math.ceil((row!.resetsAt.getTime() - now) / 1000);
    const isBlocked = row!.count > limit;
    return {
      totalHits: row!.count,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    };
  }
}
