import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Temporal } from 'temporal-polyfill';
import { Config } from '../../platform/config/config.js';
import { isPassingDatabaseTrouble } from '../../platform/database/database-trouble.js';
import { DispatchService } from './dispatch.service.js';
import { SendingStopService } from './sending-stop.service.js';
import { WorkerService } from './worker.service.js';

/** Open rows that are due: those that can still go, and those held by a campaign that is not active. */
export interface OpenRows {
  going: number;
  held: number;
}

const lookEveryMs = 500;

/** A million open rows take a while to count: between two counts that many times as long goes by as one took. */
const countingShare = 20;

/** Sends whatever is due and stays until it is settled. */
@Injectable()
export class SettlementService {
  constructor(
    private readonly config: Config,
    private readonly dispatch: DispatchService,
    private readonly worker: WorkerService,
    private readonly sendingStop: SendingStopService,
  ) {}

  /**
   * Ends when no row that is due can go any more, all sending is stopped, or nothing at all has been settled for
   * `patienceMs`. Works beside other workers and schedulers. A database that goes away for a while only costs time.
   *
   * @param judgeAt the time the rows are judged at; null: the time of sending
   * @returns what is left
   */
  async settle(
    asOf: Temporal.Instant,
    judgeAt: Temporal.Instant | null,
    patienceMs: number,
  ): Promise<OpenRows> {
    if (!this.config.sending) return this.dispatch.countOpen(asOf);
    await this.worker.start();
    await this.dispatch.tidy(asOf);
    let left: OpenRows = { going: Infinity, held: 0 };
    let countAt = 0;
    for (let movedAt = performance.now(); performance.now() - movedAt <= patienceMs;) {
      try {
        if (performance.now() >= countAt) {
          const startedAt = performance.now();
          const now = await this.dispatch.countOpen(asOf);
          // A slow count must not use up the patience with which the next one is awaited.
          countAt =
            performance.now() + Math.min(countingShare * (performance.now() - startedAt), patienceMs / 4);
          if (now.going === 0 || (await this.sendingStop.find())) return now;
          if (now.going !== left.going) movedAt = performance.now();
          left = now;
        }
        await this.dispatch.release(asOf, judgeAt);
      } catch (error) {
        if (!isPassingDatabaseTrouble(error)) throw error;
      }
      await sleep(lookEveryMs);
    }
    return left;
  }
}
