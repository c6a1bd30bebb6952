import { Injectable } from '@nestjs/common';
import type { PgBoss } from 'pg-boss';
import { Queue } from '../../platform/queue/queue.js';

/** A job a chunk; its id is the chunk's. */
export const chunkQueue = 'dispatch';

/** Asks the scheduler to release what is due. */
export const releaseQueue = 'release';

/** What a chunk job carries: the time its rows are judged at, null for the time of sending. */
export interface ChunkJob {
  asOf: string | null;
}

/** The queues of dispatch, made before they are first used. */
@Injectable()
export class DispatchQueue {
  private making: Promise<PgBoss> | null = null;

  constructor(private readonly queue: Queue) {}

  start(): Promise<PgBoss> {
    this.making ??= this.make().catch((error: unknown) => {
      this.making = null;
      throw error;
    });
    return this.making;
  }

  private async make(): Promise<PgBoss> {
    const boss = await this.queue.start();
    await boss.createQueue(chunkQueue, {
      notify: true,
      // A worker that shows no sign of life for this long has lost its chunk to the next one.
      heartbeatSeconds: 10,
      // A chunk against a slow server may take hours; a dead worker is known by its heartbeat.
      expireInSeconds: 12 * 3600,
      retryLimit: 1000,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 30,
      retentionSeconds: 30 * 24 * 3600,
      deleteAfterSeconds: 3600,
    });
    // One waiting and one at work, however many machines ask.
    await boss.createQueue(releaseQueue, {
      notify: true,
      policy: 'stately',
      expireInSeconds: 60,
      retryLimit: 0,
      retentionSeconds: 3600,
      deleteAfterSeconds: 60,
    });
    return boss;
  }
}
