import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DatabaseAddress } from './database-address.js';
import type { DatabaseClient } from './database-client.js';

/** How often the database is asked for a sign of life, and how many times in a row it may owe one. */
const askEveryMs = 1_000;
const mostSilences = 15;

/**
 * Notices that the way to the database is cut without either side having said so. A statement that was sent into such
 * a connection would wait for the operating system to give it up, which takes a quarter of an hour; so when the
 * database owes an answer for too long, every connection is cut, and whatever waited for one fails and is tried again.
 */
@Injectable()
export class DatabaseWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private client: DatabaseClient | null = null;
  private timer: NodeJS.Timeout | null = null;
  private asking = false;
  private silences = 0;

  constructor(private readonly address: DatabaseAddress) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), askEveryMs);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  /** Silences are counted by turns and not by the clock: a process that was busy itself has not been waiting. */
  private look(): void {
    if (!this.asking) {
      void this.ask();
    } else if (++this.silences >= mostSilences) {
      this.silences = 0;
      this.logger.warn(
        `No answer from the database for ${mostSilences} seconds: all connections are cut and made anew.`,
      );
      this.address.cutAll();
    }
  }

  private async ask(): Promise<void> {
    this.asking = true;
    try {
      if (this.client === null) {
        this.client = this.address.client('aftercare-watch');
        await this.client.connect();
      }
      await this.client.query('SELECT 1');
    } catch {
      // A refusal is an answer too: whoever else asks hears it as well.
      await this.client?.end().catch(() => undefined);
      this.client = null;
    }
    this.asking = false;
    this.silences = 0;
  }
}
