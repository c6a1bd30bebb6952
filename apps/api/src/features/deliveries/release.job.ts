import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { Queue } from '../../platform/queue/queue.js';
import { releaseQueue } from './dispatch.queue.js';
import { DispatchService } from './dispatch.service.js';

const tidyEveryMs = 60_000;

/** The scheduler's part of dispatch: whoever ticks only asks; of all machines one at a time answers. */
@Injectable()
export class ReleaseJob implements OnApplicationBootstrap {
  private readonly logger = new Logger('Release');
  private tidiedAt = -Infinity;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly dispatch: DispatchService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.roles.has('scheduler')) return;
    const boss = await this.queue.open([releaseQueue]);
    await boss.work(releaseQueue.name, { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 2 }, () =>
      this.release(),
    );
  }

  @Interval(2_000)
  async tick(): Promise<void> {
    if (!this.config.roles.has('scheduler')) return;
    try {
      const boss = await this.queue.open([releaseQueue]);
      await boss.send(releaseQueue.name);
    } catch (error) {
      // The database is away; the next tick asks again.
      this.logger.warn(String(error));
    }
  }

  private async release(): Promise<void> {
    const now = this.clock.now();
    if (performance.now() - this.tidiedAt >= tidyEveryMs) {
      await this.dispatch.tidy(now);
      this.tidiedAt = performance.now();
    }
    await this.dispatch.release(now);
  }
}
