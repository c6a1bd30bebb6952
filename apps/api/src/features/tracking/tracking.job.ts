import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Queue as QueueSettings } from 'pg-boss';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { Queue } from '../../platform/queue/queue.js';
import { ClickJudgeService } from './click-judge.service.js';
import { OutcomesService } from './outcomes.service.js';
import { SightingsRepository } from './sightings.repository.js';

const trackingQueue: QueueSettings = {
  name: 'tracking',
  notify: true,
  policy: 'exclusive',
  heartbeatSeconds: 10,
  expireInSeconds: 3600,
  retryLimit: 0,
  retentionSeconds: 3600,
  deleteAfterSeconds: 60,
};

/** How often clicks are judged and outcomes looked for: what the desk shows is behind by no more than this and a little. */
const everyMs = 60_000;
/** Where a click came from is of use while a crowd may still be coming in. */
const networksKeptHours = 24;

/** One scheduler at a time judges what readers did, and looks what came of it. */
@Injectable()
export class TrackingJob implements OnApplicationBootstrap {
  private readonly logger = new Logger('Tracking');

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly judge: ClickJudgeService,
    private readonly outcomes: OutcomesService,
    private readonly sightings: SightingsRepository,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.roles.has('scheduler')) return;
    const boss = await this.queue.open([trackingQueue]);
    await boss.work(trackingQueue.name, { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 30 }, () =>
      this.look(),
    );
  }

  @Interval(everyMs)
  async tick(): Promise<void> {
    if (!this.config.roles.has('scheduler')) return;
    try {
      await (await this.queue.open([trackingQueue])).send(trackingQueue.name);
    } catch (error) {
      // The database is away; the next tick asks again.
      this.logger.warn(String(error));
    }
  }

  private async look(): Promise<void> {
    try {
      const now = this.clock.now();
      await this.judge.judge(now);
      await this.outcomes.attribute(now);
      const before = now.subtract({ hours: networksKeptHours });
      await this.sightings.forgetNetworks(new Date(before.epochMilliseconds));
    } catch (error) {
      this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      throw error;
    }
  }
}
