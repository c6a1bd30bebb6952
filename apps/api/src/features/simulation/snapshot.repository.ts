import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Campaign } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';
import type { AheadCampaign } from '../campaigns/plan-ahead.service.js';

/** One unchanging view of the whole database, for as long as a simulation looks at it. */
@Injectable()
export class SnapshotRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs `work` on a snapshot. It may make temporary tables; they are gone afterwards, and nothing else is changed.
   * When `signal` strikes, the statement at work is cancelled at once and nothing more is asked.
   *
   * @param given.wholeBook most of the book is asked for, rather than a few people
   */
  async run<Result>(
    { signal, wholeBook }: { signal?: AbortSignal | undefined; wholeBook: boolean },
    work: (tx: Tx) => Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    let stop: (() => void) | undefined;
    try {
      return await this.dataSource.transaction('REPEATABLE READ', async (tx) => {
        // Compiling each of a hundred statements would cost more than it saves.
        await tx.query('SET LOCAL jit = off');
        // Going through the book row by row is never right when most of it is asked for, however few rows a rule
        // is thought to leave.
        if (wholeBook) await tx.query(`SET LOCAL work_mem = '256MB'; SET LOCAL enable_nestloop = off`);
        const [{ pid }] = await tx.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
        stop = () => void this.dataSource.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => undefined);
        signal?.addEventListener('abort', stop);
        try {
          return await work(tx);
        } finally {
          signal?.removeEventListener('abort', stop);
        }
      });
    } catch (error) {
      // A statement that was cancelled says so; what ended the run is the signal.
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** The latest version of a campaign, approved or not. */
  async findLatest(tx: Tx, key: string): Promise<AheadCampaign | null> {
    const [row] = await tx.query<{ campaignId: string; version: number; definition: Campaign }[]>(
      `SELECT c.campaign_id AS "campaignId", v.version, v.definition
       FROM campaigns c JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.version = c.latest_version
       WHERE c.key = $1`,
      [key],
    );
    return row ?? null;
  }
}
