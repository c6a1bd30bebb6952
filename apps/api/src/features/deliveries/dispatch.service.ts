import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { Config } from '../../platform/config/config.js';
import { Transactions } from '../../platform/database/transactions.js';
import { Queue, queueIn } from '../../platform/queue/queue.js';
import { addDays } from '@aftercare/domain';
import { countReleased, inStage } from '../../platform/observability/metrics.js';
import { RatesService } from '../rates/rates.service.js';
import type { RatesInForce } from '../rates/rates.types.js';
import { ChunkRepository } from './chunk.repository.js';
import { chunkQueue } from './dispatch.queue.js';
import { LimitsRepository, type ContactLimits } from './limits.repository.js';
import { holdForTurns, sortByRate } from './release-rates.js';
import {
  chunksOf,
  isLimited,
  sortByPlace,
  sortByTime,
  type Chunk,
  type GoingRow,
  type HeldBack,
} from './release-plan.js';
import { ReleaseRepository } from './release.repository.js';
import { TransportsService } from './transports.service.js';
import type { Tx } from '../../platform/database/tx.js';

/**
 * Small enough that several workers share a small campaign and what is urgent does not wait long for those at work, large
 * enough that a job costs next to nothing.
 */
const chunkRows = 500;

/** Rows released and not yet settled: enough to keep many workers busy, few enough that a pause bites at once. */
const mostReleased = 10_000;

/**
 * To find out what is due costs the same for one row as for a thousand: it is asked once so much of that has gone, and
 * where it goes slowly after so long, for something more urgent may have fallen due.
 */
const worthALook = 0.25;
const lookAgainMs = 5_000;

/** With a limit on all mail so many seconds' worth is released at most: what is more urgent comes in between. */
const aheadSeconds = 30;
const chunkSeconds = 5;

/** Where what is due first may be what cannot go now, so many rows are looked at at the least, and so often in one release. */
const smallestLook = 2_000;
const mostLooks = 5;

/** The longest that a row's window can be, in days: no holiday after it keeps a row waiting. */
const longestWindow = 90;

const classPriorities: Record<string, number> = { legal: 2_000, service: 1_000, marketing: 0 };

/** Hands due rows of the ledger to the workers. */
@Injectable()
export class DispatchService {
  private lookedAt = -Infinity;

  constructor(
    private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly queue: Queue,
    private readonly rows: ReleaseRepository,
    private readonly limits: LimitsRepository,
    private readonly chunks: ChunkRepository,
    private readonly transports: TransportsService,
    private readonly rates: RatesService,
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
    const chunks = await inStage('release', {}, () => this.releaseChunks(asOf, judgeAt, trouble !== null));
    for (const chunk of chunks) countReleased(chunk.class, chunk.rows.length);
    return chunks.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  private async releaseChunks(
    asOf: Temporal.Instant,
    judgeAt: Temporal.Instant | null,
    onTrial: boolean,
  ): Promise<Chunk[]> {
    const boss = await this.queue.open([chunkQueue]);
    return this.transactions.run(async (tx) => {
      const { stop, ...limits } = await this.limits.holdPlaces(tx);
      if (stop) return [];
      const rates = await this.rates.inForce(tx);
      const [most, ofChunk] = sizesFor(rates);
      const room = (onTrial ? ofChunk : most) - (await this.rows.countReleased(tx));
      const wasJustAsked = performance.now() - this.lookedAt < lookAgainMs;
      if (room <= 0 || (!onTrial && wasJustAsked && room < most * worthALook)) return [];
      this.lookedAt = performance.now();
      const chunks = chunksOf(await this.giveWay(tx, limits, rates, asOf, room), ofChunk);
      if (chunks.length === 0) return [];
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
      return chunks;
    });
  }

  /**
   * Decides about the rows that are due, and writes down those that may not go now. Where a rate has held back most of
   * what was found, it looks further: nobody waits behind a domain that is slow.
   */
  private async giveWay(
    tx: Tx,
    limits: ContactLimits,
    rates: RatesInForce,
    asOf: Temporal.Instant,
    room: number,
  ): Promise<GoingRow[]> {
    const today = asOf.toZonedDateTimeISO('UTC').toPlainDate().toString();
    const noContactDays = await this.limits.listNoContactDays(
      tx,
      addDays(today, -1),
      addDays(today, longestWindow + 1),
    );
    const rules = { limits, noContactDays, asOf };
    const isSorted = holdsSome(rates);
    const look = isSorted ? Math.max(room, smallestLook) : room;
    for (let looks = 1; ; looks += 1) {
      const due = await this.rows.due(tx, dateOf(asOf), look);
      const isAll = due.length < look;
      if (!isAll) due.push(...(await this.rows.restOfLetters(tx, dateOf(asOf), due)));
      const byTime = sortByTime(due, rules);
      const byRate = isSorted
        ? await this.giveTurns(tx, byTime.going, room)
        : { going: byTime.going, held: [] };
      const asking = limits.cap.contacts === 0 ? [] : byRate.going.filter(isLimited);
      const taken = asking.length === 0 ? [] : await this.rows.taken(tx, asking);
      const byPlace = sortByPlace(byRate.going, taken, rules);
      await this.rows.holdBack(tx, [...byTime.held, ...byRate.held, ...byPlace.held]);
      const seenNone = byPlace.going.length === 0 && byRate.held.length > 0;
      if (isAll || !seenNone || looks === mostLooks) return byPlace.going;
    }
  }

  /** Sorts out what the rates in force hold back. */
  private async giveTurns(
    tx: Tx,
    rows: GoingRow[],
    room: number,
  ): Promise<{ going: GoingRow[]; held: HeldBack[] }> {
    const released = await this.rows.releasedByDomain(tx);
    // Only now: a letter that ends between the two looks counts in both, rather than in neither.
    const rates = await this.rates.inForce(tx);
    const { going, held, waiting } = sortByRate(rows, rates, released, room);
    for (const queue of waiting) {
      const { domain, late, perSecond } = queue;
      const inMs = await this.rates.queueUp(domain, late, queue.rows.length, perSecond);
      held.push(...holdForTurns(queue, rates.now, inMs));
    }
    return { going, held };
  }

  /**
   * Ends rows whose time ran out while they waited, and takes back chunks whose job is gone (deleted by an operator,
   * or lost with a queue that was restored from a backup), so that no row waits for a worker that never comes.
   */
  async tidy(asOf: Temporal.Instant): Promise<void> {
    await this.transactions.run((tx) => this.rows.expire(tx, dateOf(asOf)));
    await this.rates.tidy();
    const boss = await this.queue.open([chunkQueue]);
    const open = await this.transactions.run((tx) => this.chunks.openChunks(tx));
    for (const chunkId of open) {
      const [job] = await boss.findJobs(chunkQueue.name, { id: chunkId });
      if (job && ['created', 'retry', 'active'].includes(job.state)) continue;
      await this.transactions.run(async (tx) => {
        await this.chunks.giveBack(tx, await this.chunks.claim(tx, chunkId), null);
      });
    }
  }

  /** Open rows due up to then: those that can go, and those held by a campaign that is not active. */
  countOpen(asOf: Temporal.Instant): Promise<{ going: number; held: number }> {
    return this.transactions.run((tx) => this.rows.countOpen(tx, dateOf(asOf)));
  }
}

/** Rows that may be released and not settled, and rows of a chunk: fewer where a limit on all mail makes them last. */
function sizesFor({ total, identity }: RatesInForce): [most: number, ofChunk: number] {
  const perSecond = Math.min(total?.perSecond ?? Infinity, identity.perSecond ?? Infinity);
  return [
    Math.min(mostReleased, Math.max(50, Math.ceil(perSecond * aheadSeconds))),
    Math.min(chunkRows, Math.max(10, Math.ceil(perSecond * chunkSeconds))),
  ];
}

/** Whether some mail may have to wait where other mail need not. */
function holdsSome({ domains, backoffs, warmUp }: RatesInForce): boolean {
  return domains.size > 0 || backoffs.size > 0 || warmUp !== null;
}

function dateOf(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}
