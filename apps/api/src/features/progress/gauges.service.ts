import { Injectable, type OnModuleInit } from '@nestjs/common';
import { gauges } from '../../platform/observability/metrics.js';
import { Scrape } from '../../platform/observability/scrape.js';
import { isAlive } from './processes.js';
import { ProgressRepository } from './progress.repository.js';
import { ProgressService } from './progress.service.js';
import { waits } from './standing.js';

/** A process that vanished longer ago than this is no news. */
const lostIsNewsSeconds = 3600;

/** Sets the gauges of sending when a scraper comes by. */
@Injectable()
export class GaugesService implements OnModuleInit {
  constructor(
    private readonly scrape: Scrape,
    private readonly progress: ProgressService,
    private readonly repository: ProgressRepository,
  ) {}

  onModuleInit(): void {
    this.scrape.before(() => this.read());
  }

  private async read(): Promise<void> {
    const [{ all, parts, situation }, database, jobs] = await Promise.all([
      this.progress.forScraper(),
      this.repository.database(),
      this.repository.jobs(),
    ]);
    const secondsSince = (since: Date | string | null) =>
      since === null ? 0 : Math.max(0, (all.now.getTime() - new Date(since).getTime()) / 1000);
    for (const why of waits) {
      const rows = parts.held.filter((held) => held.why === why).reduce((sum, { count }) => sum + count, 0);
      gauges.rowsWaiting.set({ why }, why === 'ready' ? situation.ready : rows);
    }
    gauges.rowsReleased.set(situation.working);
    gauges.oldestReadySeconds.set(secondsSince(situation.oldestDueAt));
    gauges.stalledSeconds.set(secondsSince(parts.stalledSince));
    gauges.sendingStopped.set({ how: 'emergency' }, situation.stop ? 1 : 0);
    gauges.sendingStopped.set({ how: 'setting' }, situation.sendingOff ? 1 : 0);
    gauges.mailServersDown.set(situation.mailServer ? 1 : 0);
    gauges.breakerOpen.reset();
    for (const { name, state } of all.transports) {
      gauges.breakerOpen.set({ transport: name }, state === 'working' ? 0 : 1);
    }
    gauges.planningBehindSeconds.set(situation.planningBehindSeconds ?? 0);
    for (const role of ['web', 'scheduler', 'worker']) {
      gauges.processesAlive.set({ role }, all.alive.filter(({ roles }) => roles.includes(role)).length);
    }
    gauges.processesLost.set(
      all.workers.filter((each) => !each.left && !isAlive(each) && each.silentSeconds < lostIsNewsSeconds)
        .length,
    );
    gauges.inDoubt.set(all.inDoubt);
    for (const [state, rows] of Object.entries(parts.states)) gauges.rowsToday.set({ state }, rows);
    gauges.databaseBytes.set(database.bytes);
    gauges.queueJobs.reset();
    for (const { queue, state, count } of jobs) gauges.queueJobs.set({ queue, state }, count);
  }
}
