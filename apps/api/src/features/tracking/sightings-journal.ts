import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Counter } from 'prom-client';
import { SightingsRepository } from './sightings.repository.js';
import type { SeenClick, SeenOpen } from './sightings.types.js';

const gatherMs = 250;
const retryMs = 5000;
const lastTryMs = 2000;
/** What is held while the database is away: minutes of a big campaign's first hour, and a few megabytes. */
const mostHeld = 50_000;
const batch = 2000;

const lost = new Counter({
  name: 'aftercare_sightings_lost_total',
  help: 'Clicks and openings that were not noted because the database was away for too long',
});

/**
 * Notes what is seen behind the reader's back: their click is answered at once, whatever the database does, and written
 * down with others a moment later. A process that is killed loses the last moment.
 */
@Injectable()
export class SightingsJournal implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Tracking');
  private clicks: SeenClick[] = [];
  private opens: SeenOpen[] = [];
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly repository: SightingsRepository) {}

  noteClick(click: SeenClick): void {
    this.hold(this.clicks, click);
  }

  noteOpen(open: SeenOpen): void {
    this.hold(this.opens, open);
  }

  /** Writes down all that is held. @throws when the database cannot be written to; all is held still then */
  async flush(): Promise<void> {
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    let patience: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (patience = setTimeout(resolve, lastTryMs)));
    await Promise.race([this.flush().catch(() => undefined), enough]);
    clearTimeout(patience);
  }

  private hold<Seen>(held: Seen[], seen: Seen): void {
    if (this.clicks.length + this.opens.length >= mostHeld) return lost.inc();
    held.push(seen);
    this.writeIn(gatherMs);
  }

  private writeIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.flush().catch((error: unknown) => {
        // Only what kind of error: its message may hold what was to be written.
        this.logger.warn(
          `What was seen of readers is held: ${(error as { code?: string }).code ?? 'database away'}`,
        );
        this.writeIn(retryMs);
      });
    }, ms).unref();
  }

  private async write(): Promise<void> {
    while (this.clicks.length > 0) {
      const some = this.clicks.slice(0, batch);
      await this.repository.insertClicks(some);
      this.clicks.splice(0, some.length);
    }
    while (this.opens.length > 0) {
      const some = this.opens.slice(0, batch);
      await this.repository.insertOpens(some);
      this.opens.splice(0, some.length);
    }
  }
}
