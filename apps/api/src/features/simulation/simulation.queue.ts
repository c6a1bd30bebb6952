import { Injectable } from '@nestjs/common';
import type { PgBoss } from 'pg-boss';
import { Queue } from '../../platform/queue/queue.js';

/** A job a run; its id is the run's. */
export const simulationQueue = 'simulation';

/** The queue of runs, made before it is first used. */
@Injectable()
export class SimulationQueue {
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
    await boss.createQueue(simulationQueue, {
      notify: true,
      // A worker that shows no sign of life for this long is gone, and the run with it: whoever wants it asks again.
      heartbeatSeconds: 10,
      expireInSeconds: 3600,
      retryLimit: 0,
      retentionSeconds: 24 * 3600,
      deleteAfterSeconds: 3600,
    });
    return boss;
  }
}
