import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { PgBoss, type Db, type Queue as QueueSettings } from 'pg-boss';
import { DatabaseAddress } from '../database/database-address.js';
import { patiently } from '../database/patience.js';
import type { Tx } from '../database/tx.js';
import { QueueDatabase } from './queue-database.js';

/** The job queue: pg-boss on the platform's own database, started when first needed. */
@Injectable()
export class Queue implements OnApplicationShutdown {
  private starting: Promise<PgBoss> | null = null;
  private readonly made = new Set<string>();
  private readonly database: QueueDatabase;

  constructor(address: DatabaseAddress) {
    this.database = new QueueDatabase(address);
  }

  /** The running queue. Its schema is made on the first start ever. */
  start(): Promise<PgBoss> {
    this.starting ??= patiently(() => this.connect()).catch((error: unknown) => {
      this.starting = null;
      throw error;
    });
    return this.starting;
  }

  /** The running queue, with these queues in it: each is made before this process first uses it. */
  async open(queues: readonly QueueSettings[]): Promise<PgBoss> {
    const boss = await this.start();
    for (const { name, ...settings } of queues) {
      if (this.made.has(name)) continue;
      await boss.createQueue(name, settings);
      this.made.add(name);
    }
    return boss;
  }

  async onApplicationShutdown(): Promise<void> {
    const boss = await this.starting?.catch(() => null);
    this.starting = null;
    await boss?.stop({ graceful: true, timeout: 20_000 });
    await this.database.close();
  }

  private async connect(): Promise<PgBoss> {
    const boss = new PgBoss({
      db: this.database,
      useListenNotify: true,
      // A worker that was killed is noticed by its missing heartbeat: look often, the look is cheap.
      monitorIntervalSeconds: 5,
      superviseIntervalSeconds: 5,
      warningQueueSize: 100_000,
    });
    // pg-boss reports a lost connection here and goes on by itself when the database is back.
    boss.on('error', () => undefined);
    return boss.start();
  }
}

/** Lets pg-boss work inside `tx`, so that jobs are committed with the rows they are about. */
export function queueIn(tx: Tx): Db {
  return {
    async executeSql(text, values) {
      const client = (await tx.queryRunner!.connect()) as ClientBase;
      return client.query(text, values);
    },
  };
}
