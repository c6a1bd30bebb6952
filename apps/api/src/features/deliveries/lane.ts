import { countComposed } from '../../platform/observability/metrics.js';
import type { Change } from './deliveries.types.js';
import { countJudged, judge, type AllowedRow } from './judge.js';
import type { LetterPacing, Turn } from './letter-pacing.js';
import { isFresh, recipientOf, type KnownLetter, type LetterSupply } from './letter-supply.js';
import type { Composed } from './message-composer.js';
import type { LetterRun, RunTools } from './run.types.js';
import { settleHeld, settleOutcome, settleThrown, settleUnsent } from './settle.js';

/** A letter that is made and may go. */
interface MadeLetter extends Composed {
  known: KnownLetter;
  turn: Turn;
}

/**
 * Where a mail server takes its time over each message, a letter made meanwhile would be out of date, and withdrawn,
 * before its turn came.
 */
const quickMs = 1_000;

/** A letter whose mark took longer is judged again: long enough that a slow database does not keep all of them back. */
const longestMarkMs = 10_000;

/**
 * Hands over one letter after the other. The end of one and the mark of the next are one write to the ledger, so no more
 * letters are marked than lanes there are. While one is being marked the next one is made, and announced behind it: the
 * mail server has asked for it by the time that it is marked in its turn.
 */
export class Lane {
  /** What has come of letters and is not written yet. */
  private settled: Change[] = [];
  private ahead: MadeLetter | null = null;
  private holdsSlot = false;
  private tookMs = 0;

  constructor(
    private readonly tools: RunTools,
    private readonly run: LetterRun,
    private readonly supply: LetterSupply,
    private readonly pacing: LetterPacing,
  ) {}

  /** Ends when there are no more letters, or the run ends. */
  async work(): Promise<void> {
    await this.attempt(() => this.handOverAll());
    if (this.ahead) this.tools.mailer.withdraw(this.ahead.message);
    // Whatever has kept the lane from going on: what a mail server has said of a letter is not forgotten.
    if (this.settled.length > 0) await this.attempt(() => this.run.write(this.settled));
    if (this.holdsSlot) this.tools.slots.free();
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.run.fail(error);
    }
  }

  private async handOverAll(): Promise<void> {
    for (;;) {
      const letter = this.takeAhead() ?? (await this.makeNext());
      if (letter === null) return;
      await this.handOver(letter);
    }
  }

  /** Waits for a letter that may go. Null when none will come. */
  private async makeNext(): Promise<MadeLetter | null> {
    const { pacing, slots } = this.tools;
    while (!this.run.halted) {
      if (!this.supply.hasReady || pacing.mustWait) {
        // Neither an outcome nor another chunk is kept waiting for this one's next message.
        if (this.settled.length > 0) await this.run.write(this.settled.splice(0));
        if (this.holdsSlot) slots.free();
        this.holdsSlot = false;
        if (!(await this.supply.awaitReady())) return null;
      }
      if (!this.holdsSlot) await slots.take();
      this.holdsSlot = true;
      // While it waited others may have taken the last letter: a turn too many could be another letter's.
      if (!this.supply.hasReady) continue;
      const turn = await this.supply.promise(this.pacing.turn(this.run.stop));
      const made = await this.make(turn);
      if (made) return made;
      this.pacing.giveBack(turn);
    }
    return null;
  }

  private async handOver(letter: MadeLetter): Promise<void> {
    const [marked] = await Promise.all([this.mark(letter), this.makeAhead()]);
    if (!marked) return this.pacing.giveBack(letter.turn);
    const { message, rows } = letter;
    const begunAt = performance.now();
    const outcome = await this.tools.mailer.send(message, () => this.ahead?.message ?? null);
    this.tookMs = performance.now() - begunAt;
    // Put off together, however often each was before.
    const attempts = Math.max(...rows.map((row) => row.attempts));
    const changes = rows.map((row) => settleOutcome({ ...row, attempts }, outcome, message.envelope.to));
    this.settled.push(...changes);
    this.run.heed(outcome);
    await this.pacing.learn(outcome, message.envelope.to);
  }

  /** Marks a letter's rows as being handed over, and writes what has come of others. False: it must not go. */
  private async mark({ message, rows, marks }: MadeLetter): Promise<boolean> {
    const begunAt = performance.now();
    let mayGo = false;
    try {
      const marked = await this.run.write(this.settled.splice(0), marks);
      // Some of its rows have been taken away: the letter is not the one that it was made to be. Or the database was away
      // meanwhile, and what the gate was told is of another hour.
      mayGo = marked === marks.length && performance.now() - begunAt < longestMarkMs;
      if (marked > 0 && !mayGo) this.settled.push(...rows.map((row) => settleUnsent(row, 'sending')));
    } finally {
      if (!mayGo) this.tools.mailer.withdraw(message);
    }
    return mayGo;
  }

  /** Makes the next letter, if one is there at once. Where turns are given, none is taken before its time. */
  private async makeAhead(): Promise<void> {
    if (this.tookMs < quickMs && this.supply.hasReady && !this.tools.pacing.isLimited)
      this.ahead = await this.make(null);
  }

  /** The letter that was made ahead, unless it may not go as it is now that its time has come. */
  private takeAhead(): MadeLetter | null {
    const { ahead } = this;
    this.ahead = null;
    if (ahead === null) return null;
    const { known, message } = ahead;
    if (!this.run.halted && isFresh(known) && !this.pacing.heldBack(known.letter, recipientOf(known), null))
      return ahead;
    this.tools.mailer.withdraw(message);
    this.supply.giveBack(known);
    return null;
  }

  /** The next letter of the supply. Null when it may not go, and what becomes of its rows is settled. */
  private async make(turn: Turn): Promise<MadeLetter | null> {
    const known = this.supply.take();
    if (known === null) return null;
    const held = this.pacing.heldBack(known.letter, recipientOf(known), turn);
    if (held) {
      this.settled.push(...known.letter.map(({ row }) => settleHeld(row, 'planned', held)));
      return null;
    }
    const allowed = this.judge(known);
    if (allowed.length === 0) return null;
    try {
      const startedAt = performance.now();
      const composed = await this.tools.composer.compose(allowed, this.tools.mailer.offers8bit());
      countComposed(performance.now() - startedAt);
      return { ...composed, known, turn };
    } catch (error) {
      this.settled.push(...allowed.map(({ row }) => settleThrown(row, error)));
      return null;
    }
  }

  /** The rows of a letter that may go. How the others end, or until when they wait, is settled. */
  private judge({ letter, facts, now }: KnownLetter): AllowedRow[] {
    const allowed: AllowedRow[] = [];
    for (const { row, campaign } of letter) {
      const judged = judge(row, campaign, facts.get(row.deliveryId), now);
      countJudged(judged);
      if ('to' in judged) this.settled.push(judged);
      else if (addressOf(judged) === addressOf(allowed[0] ?? judged)) allowed.push(judged);
      // Its reader has moved on to another address since the release, and gets a letter there.
      else this.settled.push(settleUnsent(row, 'planned'));
    }
    return allowed;
  }
}

function addressOf({ facts }: AllowedRow): string | undefined {
  return facts.customer.email?.toLowerCase();
}
