import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { projectRoot } from '../../platform/config/project-root.js';
import { SendingTallyService } from '../deliveries/sending-tally.service.js';
import { WorkersRepository, type WorkerIdentity } from './workers.repository.js';

const beatEveryMs = 2_000;
const tidyEveryMs = 10 * 60_000;

/** Tells the other processes that this one is there, and what it settled. */
@Injectable()
export class HeartbeatService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly self: WorkerIdentity;
  private timer: NodeJS.Timeout | null = null;
  private beating: Promise<void> = Promise.resolve();
  private introduced = false;
  private tidiedAt = -Infinity;

  constructor(
    config: Config,
    private readonly tally: SendingTallyService,
    private readonly repository: WorkersRepository,
  ) {
    this.self = {
      workerId: randomUUID(),
      host: hostname(),
      pid: process.pid,
      roles: [...config.roles],
      version: platformVersion(),
      connections: config.mailConnections,
    };
  }

  onApplicationBootstrap(): void {
    this.beating = this.beat(false);
    this.timer = setInterval(() => {
      this.beating = this.beating.then(() => this.beat(false));
    }, beatEveryMs);
    // What else keeps the process alive does; a sign of life must not.
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.beating;
    await this.beat(true);
  }

  private async beat(leaving: boolean): Promise<void> {
    const tallies = this.tally.drain();
    if (tallies.length > 0 && !this.self.roles.includes('worker')) {
      // `aftercare run` has no role, and sends for as long as it lasts.
      this.self.roles.push('worker');
    }
    // A command of the operator's that does not send is none of those whose absence anybody would miss.
    if (this.self.roles.length === 0) return;
    if (leaving && !this.introduced) return;
    try {
      await this.repository.beat(this.self, tallies, leaving);
      this.introduced = true;
    } catch {
      // The database is away: others will say so. What was counted is told when it is back.
      this.tally.restore(tallies);
    }
    if (leaving || performance.now() - this.tidiedAt < tidyEveryMs) return;
    this.tidiedAt = performance.now();
    await this.repository.tidy().catch(() => undefined);
  }
}

function platformVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
