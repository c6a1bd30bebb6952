import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics, register } from 'prom-client';

/** Gauges that are read often enough are not read again: many may ask, and the database has other work. */
const freshForMs = 10_000;

/** What a scraper of metrics gets: what this process counted, and the gauges as they are now. */
@Injectable()
export class Scrape {
  private readonly logger = new Logger('Metrics');
  private readonly readers: (() => Promise<void>)[] = [];
  private readAt = -Infinity;

  constructor() {
    if (!register.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics();
  }

  /** Adds what sets gauges before they are shown. */
  before(read: () => Promise<void>): void {
    this.readers.push(read);
  }

  /** The metrics as Prometheus reads them. A gauge that cannot be read keeps what it was: the rest is still true. */
  async text(): Promise<string> {
    if (performance.now() - this.readAt >= freshForMs) {
      this.readAt = performance.now();
      for (const result of await Promise.allSettled(this.readers.map((read) => read()))) {
        if (result.status === 'rejected') this.logger.warn(`Gauges: ${String(result.reason)}`);
      }
    }
    return register.metrics();
  }
}
