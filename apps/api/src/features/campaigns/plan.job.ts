import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Queue as QueueSettings } from 'pg-boss';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { Queue } from '../../platform/queue/queue.js';
import { PlannerService } from './planner.service.js';

/** One job, waiting or at work, however many schedulers ask. */
const planQueue: QueueSettings = {
  name: 'plan',
  notify: true,
  policy: 'exclusive',
  // A planner that was killed is known by its missing heartbeat; the next tick then asks anew.
  heartbeatSeconds: 10,
  expireInSeconds: 3600,
  retryLimit: 0,
  retentionSeconds: 3600,
  deleteAfterSeconds: 60,
};

/** How often the schedulers ask for planning: what is due is in the ledger this much later at most. */
const planEveryMs = 15_000;

/**
 * The scheduler's part of planning. A tick only asks, with a job; the queue holds one such job, waiting or at
 * work, so of all schedulers on all machines one plans at a time.
 */
@Injectable()
export class PlanJob implements OnApplicationBootstrap {
  private readonly logger = new Logger('Plan');

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly planner: PlannerService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.roles.has('scheduler')) return;
    const boss = await this.queue.open([planQueue]);
    await boss.work(planQueue.name, { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 5 }, () =>
      this.plan(),
    );
    await this.tick();
  }

  @Interval(planEveryMs)
  async tick(): Promise<void> {
    if (!this.config.roles.has('scheduler')) return;
    try {
      await (await this.queue.open([planQueue])).send(planQueue.name);
    } catch (error) {
      // The database is away; the next tick asks again.
      this.logger.warn(String(error));
    }
  }

  private async plan(): Promise<void> {
    try {
      await this.planner.plan(this.clock.now(), 'recent');
    } catch (error) {
      this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      throw error;
    }
  }
}
