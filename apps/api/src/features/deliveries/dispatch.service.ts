import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { Config } from '../../platform/config/config.js';
import { Transactions } from '../../platform/database/transactions.js';
import { Queue, queueIn } from '../../platform/queue/queue.js';
import { addDays } from '@aftercare/domain';
import { ChunkRepository } from './chunk.repository.js';
import { chunkQueue } from './dispatch.queue.js';
import { LimitsRepository, type ContactLimits } from './limits.repository.js';
import { chunksOf, isLimited, sortByPlace, sortByTime, type Chunk } from './release-plan.js';
import { ReleaseRepository } from './release.repository.js';
import { TransportsService } from './transports.service.js';
import type { Tx } from '../../platform/database/tx.js';

/** Small enough that several workers share a small campaign, large enough that a job costs next to nothing. */
const chunkRows = 250;

/** Rows released and not yet settled: enough to keep many workers busy, few enough that a pause bites at once. */
const mostReleased = 10_000;

/** The longest that a row's window can be, in days: no holiday after it keeps a row waiting. */
const longestWindow = 90;

const classPriorities: Record<string, number> = { legal: 2_000, service: 1_000, marketing: 0 };

/** Hands due rows of the ledger to the workers. */
@Injectable()
export class DispatchService {
  constructor(
    private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly queue: Queue,
    private readonly rows: ReleaseRepository,
    private readonly limits: LimitsRepository,
    private readonly chunks: ChunkRepository,
    private readonly transports: TransportsService,
  ) {}

  /**
   * Releases rows that are due, as chunk jobs committed with them; those for which it is not the hour or the day, or
   * which have no place under the frequency cap, are put off or ended. Releases nothing while sending is switched off
   * or stopped or enough is released, and a single chunk, to try, while the mail server is in trouble.
   *
   * Of all releases one works at a time: each counts the contacts that those before it have given places to.
   *
   * @param judgeAt the time the workers judge the rows at; null: the time of sending
   * @returns how many rows were released
   */
  async release(asOf: Temporal.Instant, judgeAt: Temporal.Instant | null = null): Promise<number> {
    if (!this.config.sending) return 0;
    const trouble = await this.transports.standing();
    if (trouble && !trouble.retryDue) return 0;
    const boss = await this.queue.open([chunkQueue]);
    return this.transactions.run(async (tx) => {
      const { stop, ...limits } = await this.limits.holdPlaces(tx);
      if (stop) return 0;
      const room = (trouble ? chunkRows : mostReleased) - (await this.rows.countReleased(tx));
      if (room <= 0) return 0;
      const chunks = await this.giveWay(tx, limits, asOf, room);
      if (chunks.length === 0) return 0;
      await this.rows.release(tx, chunks);
      await boss.insert(
        chunkQueue.name,
        chunks.map((chunk) => ({
          id: chunk.chunkId,
          data: { asOf: judgeAt?.toString() ?? null },
          priority: (classPriorities[chunk.class] ?? 0) + chunk.priority,
        })),
        { db: queueIn(tx) },
      );
      return chunks.reduce((sum, { rows }) => sum + rows.length, 0);
    });
  }

  /** Decides about the rows that are due, and writes down those that may not go now. */
  private async giveWay(
    tx: Tx,
    limits: ContactLimits,
    asOf: Temporal.Instant,
    mostRows: number,
  ): Promise<Chunk[]> {
    const due = await this.rows.due(tx, dateOf(asOf), mostRows);
    if (due.length === mostRows) due.push(...(await this.rows.restOfLetters(tx, dateOf(asOf), due)));
    const today = asOf.toZonedDateTimeISO('UTC').toPlainDate().toString();
    const noContactDays = await this.limits.listNoContactDays(
      tx,
      addDays(today, -1),
      addDays(today, longestWindow + 1),
    );
    const rules = { limits, noContactDays, asOf };
    const byTime = sortByTime(due, rules);
    const asking = limits.cap.contacts === 0 ? [] : byTime.going.filter(isLimited);
    const taken = asking.length === 0 ? [] : await this.rows.taken(tx, asking);
    const byPlace = sortByPlace(byTime.going, taken, rules);
    await this.rows.holdBack(tx, [...byTime.held, ...byPlace.held]);
    return chunksOf(byPlace.going, chunkRows);
  }

  /**
   * Ends rows whose time ran out while they waited, and takes back chunks whose job is gone (deleted by an operator,
   * or lost with a queue that was restored from a backup), so that no row waits for a worker that never comes.
   */
  async tidy(asOf: Temporal.Instant): Promise<void> {
    await this.transactions.run((tx) => this.rows.expire(tx, dateOf(asOf)));
    const boss = await this.queue.open([chunkQueue]);
    const open = await this.transactions.run((tx) => this.chunks.openChunks(tx));
    for (const chunkId of open) {
      const [job] = await boss.findJobs(chunkQueue.name, { id: chunkId });
      if (job && ['created', 'retry', 'active'].includes(job.state)) continue;
      await this.transactions.run(async (tx) => {
        const { claim } = await this.chunks.claim(tx, chunkId);
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
