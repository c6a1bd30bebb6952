import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { Config } from '../../platform/config/config.js';
import { Transactions } from '../../platform/database/transactions.js';
import { queueIn } from '../../platform/queue/queue.js';
import { ChunkRepository } from './chunk.repository.js';
import { chunkQueue, DispatchQueue } from './dispatch.queue.js';
import { MailTroubleRepository } from './mail-trouble.repository.js';
import { ReleaseRepository } from './release.repository.js';

/** Small enough that several workers share a small campaign, large enough that a job costs next to nothing. */
const chunkRows = 250;

/** Rows released and not yet settled: enough to keep many workers busy, few enough that a pause bites at once. */
const mostReleased = 10_000;

const classPriorities: Record<string, number> = { legal: 2_000, service: 1_000, marketing: 0 };

/** Hands due rows of the ledger to the workers. */
@Injectable()
export class DispatchService {
  constructor(
    private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly queue: DispatchQueue,
    private readonly rows: ReleaseRepository,
    private readonly chunks: ChunkRepository,
    private readonly trouble: MailTroubleRepository,
  ) {}

  /**
   * Releases rows that are due, as chunk jobs committed with them. Releases nothing while sending is switched off
   * or enough is released, and a single chunk, to try, while the mail server is in trouble.
   *
   * @param judgeAt the time the workers judge the rows at; null: the time of sending
   * @returns how many rows were released
   */
  async release(asOf: Temporal.Instant, judgeAt: Temporal.Instant | null = null): Promise<number> {
    if (!this.config.sending) return 0;
    const trouble = await this.trouble.find();
    if (trouble && !trouble.retryDue) return 0;
    const boss = await this.queue.start();
    return this.transactions.run(async (tx) => {
      const room = (trouble ? chunkRows : mostReleased) - (await this.rows.countReleased(tx));
      if (room <= 0) return 0;
      const released = await this.rows.release(tx, dateOf(asOf), room, chunkRows);
      if (released.length === 0) return 0;
      await boss.insert(
        chunkQueue,
        released.map((chunk) => ({
          id: chunk.chunkId,
          data: { asOf: judgeAt?.toString() ?? null },
          priority: (classPriorities[chunk.class] ?? 0) + chunk.priority,
        })),
        { db: queueIn(tx) },
      );
      return released.reduce((sum, { rows }) => sum + rows, 0);
    });
  }

  /**
   * Ends rows whose time ran out while they waited, and takes back chunks whose job is gone (deleted by an operator,
   * or lost with a queue that was restored from a backup), so that no row waits for a worker that never comes.
   */
  async tidy(asOf: Temporal.Instant): Promise<void> {
    await this.transactions.run((tx) => this.rows.expire(tx, dateOf(asOf)));
    const boss = await this.queue.start();
    const open = await this.transactions.run((tx) => this.chunks.openChunks(tx));
    for (const chunkId of open) {
      const [job] = await boss.findJobs(chunkQueue, { id: chunkId });
      if (job && ['created', 'retry', 'active'].includes(job.state)) continue;
      const claim = randomUUID();
      await this.transactions.run(async (tx) => {
        await this.chunks.claim(tx, chunkId, claim);
        await this.chunks.giveBack(tx, chunkId, claim, null);
      });
    }
  }

  /** Open rows due up to then: those that can go, and those held by a campaign that is not active. */
  countOpen(asOf: Temporal.Instant): Promise<{ going: number; held: number }> {
    return this.transactions.run((tx) => this.rows.countOpen(tx, dateOf(asOf)));
  }
}

function dateOf(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}
