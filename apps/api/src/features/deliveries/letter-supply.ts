import type { Campaign } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { inStage } from '../../platform/observability/metrics.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { FactsRepository, RowFacts } from './facts.repository.js';
import type { LetterPacing } from './letter-pacing.js';
import type { LetterRun } from './run.types.js';

/** A row and the version it was planned by. */
export interface PlannedRow {
  row: ClaimedRow;
  campaign: Campaign;
}

/** The rows that may go in one letter, and what was known of their customers at a moment. */
export interface KnownLetter {
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

/** The letters of one run, with the facts of each read a little ahead of need, and again when they have grown old. */
export class LetterSupply {
  private readonly ready: KnownLetter[] = [];
  private readonly waiting: (() => void)[] = [];
  /** Letters that wait for their domain's turn. */
  private aside = 0;
  /** Ready letters that lanes wait for a turn for: no turn is taken that nobody needs. */
  private promised = 0;
  private readonly ended = new AbortController();
  private loading = false;
  private loadedAt = performance.now();
  private batch = smallestBatch;

  /**
   * @param pending the letters, each by its rows
   * @param lanes how many take letters at once
   * @param now the time the rows are judged at
   * @param run is told what kept facts from being read, and says whether it still wants letters
   */
  constructor(
    private readonly facts: FactsRepository,
    private readonly pacing: LetterPacing,
    private readonly pending: PlannedRow[][],
    private readonly lanes: number,
    private readonly now: () => Temporal.Instant,
    private readonly run: Pick<LetterRun, 'halted' | 'fail' | 'stop'>,
  ) {}

  /** Whether a letter is there that no lane has been promised. */
  get hasReady(): boolean {
    return this.ready.length > this.promised;
  }

  /** Keeps a letter for a lane while it waits for a turn: it takes the letter next, or leaves it. */
  async promise<T>(turn: Promise<T>): Promise<T> {
    this.promised += 1;
    try {
      return await turn;
    } finally {
      this.promised -= 1;
    }
  }

  /** The next letter whose facts are fresh; stale ones go back to be read again. */
  take(): KnownLetter | null {
    if (this.run.halted) return null;
    let item = this.ready.shift() ?? null;
    while (item !== null && !isFresh(item)) {
      this.pending.unshift(item.letter);
      item = this.ready.shift() ?? null;
    }
    this.load();
    return item;
  }

  /** Takes a letter back that was not used: its facts are read again. */
  giveBack({ letter }: KnownLetter): void {
    this.pending.unshift(letter);
    this.load();
  }

  /** Waits until a letter is ready. False when none will be. */
  async awaitReady(): Promise<boolean> {
    for (;;) {
      this.load();
      if (this.hasReady) return true;
      if (this.run.halted || (!this.loading && this.aside === 0)) return false;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Lets those who wait look again. */
  wakeAll(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** Nobody takes letters any more. */
  end(): void {
    this.ended.abort();
  }

  /** Begins to read facts of more letters, when few are ready and some are left. */
  private load(): void {
    if (this.loading || this.run.halted || this.pending.length === 0 || this.ready.length >= this.lanes)
      return;
    this.loading = true;
    this.loadBatch()
      .catch((error: unknown) => this.run.fail(error))
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
      this.facts.load(rows, new Date(now.epochMilliseconds)),
    );
    const readAt = performance.now();
    for (const letter of letters) {
      const item = { letter, facts, now, readAt };
      if (this.pacing.mustWait(letter, recipientOf(item))) this.setAside(item);
      else this.ready.push(item);
    }
  }

  /** Lets a letter wait for its domain's turn, while others go. */
  private setAside(item: KnownLetter): void {
    this.aside += 1;
    this.pacing
      .wait(item.letter, recipientOf(item), AbortSignal.any([this.run.stop, this.ended.signal]))
      .then(() => this.ready.unshift(item))
      .catch((error: unknown) => this.run.fail(error))
      .finally(() => {
        this.aside -= 1;
        this.wakeAll();
      });
  }
}

/** Whether what was read for a letter may still be gone by. */
export function isFresh({ readAt }: KnownLetter): boolean {
  return performance.now() - readAt <= factsLastMs;
}

/** The address that a letter was released for. */
export function recipientOf({ letter }: KnownLetter): string {
  return letter[0]!.row.recipient ?? '';
}
