import type { Campaign } from '@aftercare/domain';
import type { SendOutcome } from '@aftercare/notifications';
import type { Temporal } from 'temporal-polyfill';
import { countComposed } from '../../platform/observability/metrics.js';
import type { PacingService } from '../rates/pacing.service.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { Change, Mark } from './deliveries.types.js';
import type { FactsRepository } from './facts.repository.js';
import type { Journal } from './journal.js';
import { countJudged, judge, type AllowedRow } from './judge.js';
import { LetterPacing } from './letter-pacing.js';
import { LetterSupply, recipientOf, type KnownLetter } from './letter-supply.js';
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

/**
 * Works off the letters of one chunk over several lanes, each with one message in flight at most. The end of one
 * message and the mark of the next are one write, so no more letters are marked than messages can be in flight.
 */
export class ChunkRun {
  private readonly lanes: number;
  private readonly pacing: LetterPacing;
  private supply!: LetterSupply;
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
    readonly stop: AbortSignal,
  ) {
    this.lanes = Math.min(connections, rows.length);
    this.pacing = new LetterPacing(tools.pacing);
  }

  /**
   * Ends when every row has been dealt with, the mail server is in trouble, or the run was stopped.
   * @throws what kept it from reading or writing the ledger
   */
  async run(): Promise<RunTrouble | null> {
    const { campaignOf, facts, pacing } = this.tools;
    await pacing.refresh();
    const planned = this.rows.map(async (row) => ({ row, campaign: await campaignOf(row) }));
    const letters = groupByLetter(await Promise.all(planned));
    this.supply = new LetterSupply(facts, this.pacing, letters, this.lanes, this.now, this);
    const wake = () => this.supply.wakeAll();
    this.stop.addEventListener('abort', wake);
    await Promise.all(Array.from({ length: this.lanes }, () => this.lane()));
    this.stop.removeEventListener('abort', wake);
    this.supply.end();
    if (this.failure) throw this.failure.error;
    return this.trouble;
  }

  /** Whether nothing more is to be begun. */
  get halted(): boolean {
    return this.stop.aborted || this.trouble !== null || this.failure !== null;
  }

  private async lane(): Promise<void> {
    const { mailer, pacing, slots } = this.tools;
    let settled: Change[] = [];
    let holding = false;
    try {
      while (!this.halted) {
        if (!this.supply.hasReady || pacing.mustWait) {
          // Neither an outcome nor another chunk is kept waiting for this one's next message.
          if (settled.length > 0) await this.write(settled.splice(0));
          if (holding) slots.free();
          holding = false;
          if (!(await this.supply.awaitReady())) break;
        }
        if (!holding) await slots.take();
        holding = true;
        const turn = await this.supply.promise(this.pacing.turn(this.stop));
        const known = this.supply.take();
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
    if (this.halted) this.supply.wakeAll();
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
      const startedAt = performance.now();
      const composed = await this.tools.composer.compose(allowed, this.tools.mailer.offers8bit());
      countComposed(performance.now() - startedAt);
      return { refused, composed };
    } catch (error) {
      refused.push(...allowed.map(({ row }) => settleThrown(row, error)));
      return { refused, composed: null };
    }
  }

  /** Ends the run for want of the ledger. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.supply.wakeAll();
  }
}

function addressOf({ facts }: AllowedRow): string | undefined {
  return facts.customer.email?.toLowerCase();
}

function troubleIn(outcome: Exclude<SendOutcome, { kind: 'accepted' }>): RunTrouble {
  return outcome.kind === 'refused'
    ? { reason: 'server_refused', detail: outcome.reply }
    : { reason: outcome.reason, detail: outcome.detail };
}
