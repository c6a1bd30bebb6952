import { contactGate, type Campaign } from '@aftercare/domain';
import { AddressError, type SendOutcome } from '@aftercare/notifications';
import type { Temporal } from 'temporal-polyfill';
import type { ClaimedRow } from './chunk.repository.js';
import { dayZone } from './customer-day.js';
import type { Change } from './deliveries.types.js';
import type { FactsRepository, RowFacts } from './facts.repository.js';
import { gateFacts, policyOf } from './gate-facts.js';
import type { Journal } from './journal.js';
import type { Mailer } from './mailer.js';
import type { Composed, MessageComposer } from './message-composer.js';
import type { Pace } from './pace.js';
import type { Slots } from './slots.js';
import { isServerTrouble, settleOutcome, settleRefusal, settleUnmade } from './settle.js';

/** What a run works with; shared by all runs of a process. */
export interface RunTools {
  facts: FactsRepository;
  composer: MessageComposer;
  journal: Journal;
  mailer: Mailer;
  pace: Pace;
  slots: Slots;
  campaignOf: (row: ClaimedRow) => Promise<Campaign>;
  /** The mail server has answered a message, one way or the other. */
  onAnswer: () => void;
}

/** What kept a run from handing over all of its rows. */
export interface RunTrouble {
  reason: string;
  detail: string;
}

/** A row, and what was known of its customer at a moment. */
interface KnownRow {
  row: ClaimedRow;
  /** Undefined: the customer is not in the book. */
  facts: RowFacts | undefined;
  /** The time it is judged at. */
  now: Temporal.Instant;
  readAt: number;
}

/** Facts older than this are read again before anybody is written to. */
const factsLastMs = 5_000;

/** Rows whose facts are read together, at the least. */
const smallestBatch = 40;

/**
 * Works off the rows of one chunk over several lanes, each with one message in flight at most. The end of one
 * message and the mark of the next are one write, so no more rows are marked than messages can be in flight.
 */
export class ChunkRun {
  private readonly lanes: number;
  private readonly pending: ClaimedRow[];
  private readonly ready: KnownRow[] = [];
  private readonly waiting: (() => void)[] = [];
  private loading = false;
  private failure: { error: unknown } | null = null;
  private trouble: RunTrouble | null = null;
  private losses = 0;
  private answered = false;

  /**
   * @param now the time the rows are judged at
   * @param stop ends the run after the messages in flight
   */
  constructor(
    private readonly tools: RunTools,
    rows: readonly ClaimedRow[],
    connections: number,
    private readonly now: () => Temporal.Instant,
    private readonly stop: AbortSignal,
  ) {
    this.pending = [...rows];
    this.lanes = Math.min(connections, rows.length);
  }

  /**
   * Ends when every row has been dealt with, the mail server is in trouble, or the run was stopped.
   * @throws what kept it from reading or writing the ledger
   */
  async run(): Promise<RunTrouble | null> {
    const wake = () => this.wakeAll();
    this.stop.addEventListener('abort', wake);
    await Promise.all(Array.from({ length: this.lanes }, () => this.lane()));
    this.stop.removeEventListener('abort', wake);
    if (this.failure) throw this.failure.error;
    return this.trouble;
  }

  private get halted(): boolean {
    return this.stop.aborted || this.trouble !== null || this.failure !== null;
  }

  private async lane(): Promise<void> {
    const { journal, mailer, pace, slots } = this.tools;
    let settled: Change[] = [];
    let holding = false;
    try {
      while (!this.halted) {
        if (this.ready.length === 0 || pace.mustWait) {
          // Neither an outcome nor another chunk is kept waiting for this one's next message.
          if (settled.length > 0) await journal.write(settled.splice(0));
          if (holding) slots.free();
          holding = false;
          if (!(await this.awaitReady())) break;
        }
        if (!holding) await slots.take();
        holding = true;
        await pace.turn(this.stop);
        const known = this.take();
        if (known === null) continue;
        const prepared = await this.prepare(known);
        if ('to' in prepared) {
          settled.push(prepared);
          continue;
        }
        const marked = await journal.write(settled.splice(0), prepared.mark);
        if (!marked) continue;
        const outcome = await mailer.send(prepared.message);
        settled = [settleOutcome(known.row, outcome, prepared.message.envelope.to)];
        this.heed(outcome);
      }
      if (settled.length > 0) await journal.write(settled);
    } catch (error) {
      this.fail(error);
    } finally {
      if (holding) slots.free();
    }
  }

  /** Learns from an outcome whether the next message would meet the same. */
  private heed(outcome: SendOutcome): void {
    if (outcome.kind === 'not_sent' && outcome.reason === 'closed') return;
    const trouble = isServerTrouble(outcome);
    if (outcome.kind === 'accepted' || (outcome.kind === 'refused' && !trouble)) {
      this.losses = 0;
      if (!this.answered) this.tools.onAnswer();
      this.answered = true;
    } else {
      this.losses += 1;
      // One message may break a connection; one after the other, without a word in between, do not.
      if (trouble || this.losses > Math.max(2, this.lanes)) this.trouble ??= troubleIn(outcome);
    }
    if (this.halted) this.wakeAll();
  }

  /** The next row whose facts are fresh; stale ones go back to be read again. */
  private take(): KnownRow | null {
    if (this.halted) return null;
    let item = this.ready.shift() ?? null;
    while (item !== null && performance.now() - item.readAt > factsLastMs) {
      this.pending.unshift(item.row);
      item = this.ready.shift() ?? null;
    }
    this.load();
    return item;
  }

  /** Waits until a row is ready. False when none will be. */
  private async awaitReady(): Promise<boolean> {
    for (;;) {
      this.load();
      if (this.ready.length > 0) return true;
      if (this.halted || !this.loading) return false;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Begins to read facts of more rows, when few are ready and some are left. */
  private load(): void {
    if (this.loading || this.halted || this.pending.length === 0 || this.ready.length >= this.lanes) return;
    this.loading = true;
    this.loadBatch()
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.loading = false;
        this.wakeAll();
      });
  }

  private async loadBatch(): Promise<void> {
    const rows = this.pending.splice(0, Math.max(smallestBatch, 2 * this.lanes));
    const now = this.now();
    const facts = await this.tools.facts.load(rows, new Date(now.epochMilliseconds));
    const readAt = performance.now();
    for (const row of rows) this.ready.push({ row, facts: facts.get(row.deliveryId), now, readAt });
  }

  /** The message of a row, or how the row ends without one. */
  private async prepare({ row, facts, now }: KnownRow): Promise<Composed | Change> {
    if (facts === undefined)
      return settleRefusal(row, { allow: false, state: 'suppressed', reason: 'facts_missing' });
    const policy = policyOf(row, facts);
    const zone = dayZone(facts.customer.timeZone, policy?.timeZone ?? null);
    const today = now.toZonedDateTimeISO(zone).toPlainDate().toString();
    const campaign = await this.tools.campaignOf(row);
    try {
      const decision = contactGate(gateFacts(row, campaign, facts, { zone, today }), now);
      if (!decision.allow) return settleRefusal(row, decision);
      return await this.tools.composer.compose(row, campaign, facts, { zone, today });
    } catch (error) {
      if (error instanceof AddressError) {
        return settleRefusal(row, { allow: false, state: 'suppressed', reason: 'bad_address' });
      }
      const { code = 'unexpected', message } = error as { code?: string; message: string };
      return settleUnmade(row, 'template_error', `${code}: ${message}`);
    }
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.wakeAll();
  }

  private wakeAll(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}

function troubleIn(outcome: Exclude<SendOutcome, { kind: 'accepted' }>): RunTrouble {
  return outcome.kind === 'refused'
    ? { reason: 'server_refused', detail: outcome.reply }
    : { reason: outcome.reason, detail: outcome.detail };
}
