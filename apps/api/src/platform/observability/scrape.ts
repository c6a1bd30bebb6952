import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics, register } from 'prom-client';
import { gauges } from './metrics.js';

/** Gauges that are read often enough are not read again: many may ask, and the database has other work. */
const freshForMs = 10_000;

/** A scraper waits ten seconds for an answer, if nobody told it otherwise: a database that is silent is as good as none. */
const patienceMs = 8_000;

/** What a scraper of metrics gets: what this process counted, and the gauges as they are now. */
@Injectable()
export class Scrape {
  private readonly logger = new Logger('Metrics');
  private readonly readers: (() => Promise<void>)[] = [];
  private readAt = -Infinity;
  private reading: Promise<boolean> | null = null;

  constructor() {
    if (!register.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics();
  }

  /** Adds what sets gauges before they are shown. */
  before(read: () => Promise<void>): void {
    this.readers.push(read);
  }

  /**
   * The metrics as Prometheus reads them. A gauge that cannot be read keeps what it was: the rest is still true, and
   * one gauge says so.
   */
  async text(): Promise<string> {
    if (performance.now() - this.readAt >= freshForMs) {
      this.readAt = performance.now();
      // What still waits for the database is waited for once, however often somebody asks.
      this.reading ??= this.read().finally(() => (this.reading = null));
      const silence = new Promise<false>((resolve) => setTimeout(resolve, patienceMs, false).unref());
      const isRead = await Promise.race([this.reading, silence]);
      gauges.databaseUp.set(isRead ? 1 : 0);
    }
    return register.metrics();
  }

  /** @returns whether all of it could be read */
  private async read(): Promise<boolean> {
    const results = await Promise.allSettled(this.readers.map((read) => read()));
    for (const result of results) {
      if (result.status === 'rejected') this.logger.warn(`Gauges: ${String(result.reason)}`);
    }
    return results.every(({ status }) => status === 'fulfilled');
  }
}
