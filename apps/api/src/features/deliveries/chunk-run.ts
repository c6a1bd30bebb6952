import type { Campaign } from '@aftercare/domain';
import type { SendOutcome } from '@aftercare/notifications';
import type { Temporal } from 'temporal-polyfill';
import { countComposed, inStage } from '../../platform/observability/metrics.js';
import type { PacingService } from '../rates/pacing.service.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { Change, Mark } from './deliveries.types.js';
import type { FactsRepository, RowFacts } from './facts.repository.js';
import type { Journal } from './journal.js';
import { countJudged, judge, type AllowedRow } from './judge.js';
import { LetterPacing } from './letter-pacing.js';
import { groupByLetter } from './letters.js';
import type { Mailer } from './mailer.js';
import type { MessageComposer } from './message-composer.js';
import type { SendingTallyService } from './sending-tally.service.js';
import type { Slots } from './slots.js';
import { isServerTrouble, settleHeld, settleOutcome, settleThrown, settleUnsent } from './settle.js';

/** What a run works with; shared by all runs of a process. */
export interface RunTools {
  facts: FactsRepository;
  composer: MessageComposer;
  journal: Journal;
  mailer: Pick<Mailer, 'send' | 'offers8bit'>;
  pacing: PacingService;
  slots: Slots;
  tally: SendingTallyService;
  campaignOf: (row: ClaimedRow) => Promise<Campaign>;
  /** The mail server has answered a message, one way or the other. */
  onAnswer: () => void;
}

/** What kept a run from handing over all of its rows. */
export interface RunTrouble {
  reason: string;
  detail: string;
}

/** A row and the version it was planned by. */
interface PlannedRow {
  row: ClaimedRow;
  campaign: Campaign;
}

/** The rows that may go in one letter, and what was known of their customers at a moment. */
interface KnownLetter {
  letter: PlannedRow[];
  facts: Map<string, RowFacts>;
  /** The time it is judged at. */
  now: Temporal.Instant;
  readAt: number;
}

/** Facts older than this are read again before anybody is written to. */
const factsLastMs = 5_000;

/** Letters whose facts are read together: as many as go in a moment, and few where they go slowly. */
const smallestBatch = 50;
const largestBatch = 250;

/** A batch that was used up within this time may be followed by one twice as large. */
const quickMs = 500;

/**
 * Works off the letters of one chunk over several lanes, each with one message in flight at most. The end of one
 * message and the mark of the next are one write, so no more letters are marked than messages can be in flight.
 */
export class ChunkRun {
  private readonly lanes: number;
  private readonly pending: PlannedRow[][] = [];
  private readonly ready: KnownLetter[] = [];
  private readonly waiting: (() => void)[] = [];
  /** Letters that wait for their domain's turn. */
  private aside = 0;
  /** Ready letters that lanes wait for a turn for: no turn is taken that nobody needs. */
  private promised = 0;
  private readonly pacing: LetterPacing;
  private readonly ended = new AbortController();
  private loading = false;
  private loadedAt = performance.now();
  private batch = smallestBatch;
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
    private readonly rows: readonly ClaimedRow[],
    connections: number,
    private readonly now: () => Temporal.Instant,
    private readonly stop: AbortSignal,
  ) {
    this.lanes = Math.min(connections, rows.length);
    this.pacing = new LetterPacing(tools.pacing);
  }

  /**
   * Ends when every row has been dealt with, the mail server is in trouble, or the run was stopped.
   * @throws what kept it from reading or writing the ledger
   */
  async run(): Promise<RunTrouble | null> {
    const { campaignOf, pacing } = this.tools;
    await pacing.refresh();
    const planned = this.rows.map(async (row) => ({ row, campaign: await campaignOf(row) }));
    this.pending.push(...groupByLetter(await Promise.all(planned)));
    const wake = () => this.wakeAll();
    this.stop.addEventListener('abort', wake);
    await Promise.all(Array.from({ length: this.lanes }, () => this.lane()));
    this.stop.removeEventListener('abort', wake);
    this.ended.abort();
    if (this.failure) throw this.failure.error;
    return this.trouble;
  }

  private get halted(): boolean {
    return this.stop.aborted || this.trouble !== null || this.failure !== null;
  }

  private async lane(): Promise<void> {
    const { mailer, pacing, slots } = this.tools;
    let settled: Change[] = [];
    let holding = false;
    try {
      while (!this.halted) {
        if (this.ready.length <= this.promised || pacing.mustWait) {
          // Neither an outcome nor another chunk is kept waiting for this one's next message.
          if (settled.length > 0) await this.write(settled.splice(0));
          if (holding) slots.free();
          holding = false;
          if (!(await this.awaitReady())) break;
        }
        if (!holding) await slots.take();
        holding = true;
        this.promised += 1;
        const turn = await this.pacing.turn(this.stop).finally(() => (this.promised -= 1));
        const known = this.take();
        const held = known && this.pacing.heldBack(known.letter, recipientOf(known), turn);
        const prepared = known && !held ? await this.prepare(known) : null;
        settled.push(...(prepared?.refused ?? []));
        if (held) settled.push(...known.letter.map(({ row }) => settleHeld(row, 'planned', held)));
        const composed = prepared?.composed ?? null;
        if (composed === null) {
          this.pacing.giveBack(turn);
          continue;
        }
        const { message, rows, marks } = composed;
        const marked = await this.write(settled.splice(0), marks);
        if (marked < marks.length) {
          // Some of its rows have been taken away: the letter is not the one that it was made to be.
          if (marked > 0) settled = rows.map((row) => settleUnsent(row, 'sending'));
          this.pacing.giveBack(turn);
          continue;
        }
        const outcome = await mailer.send(message);
        // Put off together, however often each was before.
        const attempts = Math.max(...rows.map((row) => row.attempts));
        settled = rows.map((row) => settleOutcome({ ...row, attempts }, outcome, message.envelope.to));
        this.heed(outcome);
        await this.pacing.learn(outcome, message.envelope.to);
      }
      if (settled.length > 0) await this.write(settled);
    } catch (error) {
      this.fail(error);
    } finally {
      if (holding) slots.free();
    }
  }

  /** Writes to the ledger, and counts what it has taken. */
  private async write(changes: readonly Change[], marks: readonly Mark[] = []): Promise<number> {
    const marked = await this.tools.journal.write(changes, marks);
    if (changes.length > 0) this.tools.tally.count(this.rows[0]!.campaignId, changes);
    return marked;
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

  /** Lets a letter wait for its domain's turn, while others go. */
  private setAside(item: KnownLetter): void {
    this.aside += 1;
    this.pacing
      .wait(item.letter, recipientOf(item), AbortSignal.any([this.stop, this.ended.signal]))
      .then(() => this.ready.unshift(item))
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.aside -= 1;
        this.wakeAll();
      });
  }

  /** The next letter whose facts are fresh; stale ones go back to be read again. */
  private take(): KnownLetter | null {
    if (this.halted) return null;
    let item = this.ready.shift() ?? null;
    while (item !== null && performance.now() - item.readAt > factsLastMs) {
      this.pending.unshift(item.letter);
      item = this.ready.shift() ?? null;
    }
    this.load();
    return item;
  }

  /** Waits until a letter is ready. False when none will be. */
  private async awaitReady(): Promise<boolean> {
    for (;;) {
      this.load();
      if (this.ready.length > this.promised) return true;
      if (this.halted || (!this.loading && this.aside === 0)) return false;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Begins to read facts of more letters, when few are ready and some are left. */
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
    const startedAt = performance.now();
    this.batch = startedAt - this.loadedAt < quickMs ? Math.min(2 * this.batch, largestBatch) : smallestBatch;
    this.loadedAt = startedAt;
    const letters = this.pending.splice(0, Math.max(this.batch, this.lanes));
    const now = this.now();
    const rows = letters.flat().map(({ row }) => row);
    const facts = await inStage('facts', { rows: rows.length }, () =>
      this.tools.facts.load(rows, new Date(now.epochMilliseconds)),
    );
    const readAt = performance.now();
    for (const letter of letters) {
      const item = { letter, facts, now, readAt };
      if (this.pacing.mustWait(letter, recipientOf(item))) this.setAside(item);
      else this.ready.push(item);
    }
  }

  /** The message of those rows that may go, and how the others end or wait. */
  private async prepare({ letter, facts, now }: KnownLetter) {
    const refused: Change[] = [];
    const allowed: AllowedRow[] = [];
    for (const { row, campaign } of letter) {
      const judged = judge(row, campaign, facts.get(row.deliveryId), now);
      countJudged(judged);
      if ('to' in judged) refused.push(judged);
      else if (addressOf(judged) === addressOf(allowed[0] ?? judged)) allowed.push(judged);
      // Its reader has moved on to another address since the release, and gets a letter there.
      else refused.push(settleUnsent(row, 'planned'));
    }
    if (allowed.length === 0) return { refused, composed: null };
    try {
      const composed = await inStage('compose', {}, () =>
        this.tools.composer.compose(allowed, this.tools.mailer.offers8bit()),
      );
      countComposed(1);
      return { refused, composed };
    } catch (error) {
      refused.push(...allowed.map(({ row }) => settleThrown(row, error)));
      return { refused, composed: null };
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

/** The address that a letter was released for. */
function recipientOf({ letter }: KnownLetter): string {
  return letter[0]!.row.recipient ?? '';
}

function addressOf({ facts }: AllowedRow): string | undefined {
  return facts.customer.email?.toLowerCase();
}

function troubleIn(outcome: Exclude<SendOutcome, { kind: 'accepted' }>): RunTrouble {
  return outcome.kind === 'refused'
    ? { reason: 'server_refused', detail: outcome.reply }
    : { reason: outcome.reason, detail: outcome.detail };
}
