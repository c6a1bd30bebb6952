import type { SendOutcome } from '@aftercare/notifications';
import type { Temporal } from 'temporal-polyfill';
import type { ClaimedRow } from './chunk.repository.js';
import type { Change, Mark } from './deliveries.types.js';
import { Lane } from './lane.js';
import { LetterPacing } from './letter-pacing.js';
import { LetterSupply } from './letter-supply.js';
import { groupByLetter } from './letters.js';
import type { LetterRun, RunTools } from './run.types.js';
import { isServerTrouble } from './settle.js';

/** What kept a run from handing over all of its rows. */
export interface RunTrouble {
  reason: string;
  detail: string;
}

/** Works off the letters of one chunk over several lanes, each with one message in flight at most. */
export class ChunkRun implements LetterRun {
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
    const lane = () => new Lane(this.tools, this, this.supply, this.pacing).work();
    await Promise.all(Array.from({ length: this.lanes }, lane));
    this.stop.removeEventListener('abort', wake);
    this.supply.end();
    if (this.failure) throw this.failure.error;
    return this.trouble;
  }

  get halted(): boolean {
    return this.stop.aborted || this.trouble !== null || this.failure !== null;
  }

  async write(changes: readonly Change[], marks: readonly Mark[] = []): Promise<number> {
    const marked = await this.tools.journal.write(changes, marks);
    if (changes.length > 0) this.tools.tally.count(this.rows[0]!.campaignId, changes);
    return marked;
  }

  heed(outcome: SendOutcome): void {
    // Says nothing of the server: we have ended it, or never offered it the message.
    if (outcome.kind === 'not_sent' && ['closed', 'too_large'].includes(outcome.reason)) return;
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

  fail(error: unknown): void {
    this.failure ??= { error };
    this.supply.wakeAll();
  }
}

function troubleIn(outcome: Exclude<SendOutcome, { kind: 'accepted' }>): RunTrouble {
  return outcome.kind === 'refused'
    ? { reason: 'server_refused', detail: outcome.reply }
    : { reason: outcome.reason, detail: outcome.detail };
}
