import { z } from 'zod';
import type { Temporal } from 'temporal-polyfill';
import type { ClaimedRow } from './chunk.repository.js';
import type { RunTools } from './run.types.js';
import type { Change } from './deliveries.types.js';
import { countJudged, judge, type AllowedRow } from './judge.js';
import type { Posting, PostingsRepository } from './postings.repository.js';
import { settleThrown } from './settle.js';
import { contentFor } from './template-data.js';

/** Rows that are judged and written together. */
const batchRows = 100;

/** What the step of a task must say. */
const taskContent = z.object({
  title: z.string().trim().min(1).max(200),
  instructions: z.string().max(5_000),
});

/** The desk's own language, where a task is written in several. */
const deskLocale = 'en';

/** Works off those rows of a chunk that no mail server is needed for: notices on the members' pages and staff tasks. */
export class PostRun {
  /**
   * @param now the time the rows are judged at
   * @param stop ends the run after the batch in hand
   */
  constructor(
    private readonly tools: Pick<RunTools, 'facts' | 'composer' | 'journal' | 'campaignOf' | 'tally'>,
    private readonly postings: PostingsRepository,
    private readonly rows: readonly ClaimedRow[],
    private readonly now: () => Temporal.Instant,
    private readonly stop: AbortSignal,
  ) {}

  /** @throws what kept it from reading or writing the ledger */
  async run(): Promise<void> {
    for (let at = 0; at < this.rows.length && !this.stop.aborted; at += batchRows) {
      await this.post(this.rows.slice(at, at + batchRows));
    }
  }

  private async post(rows: readonly ClaimedRow[]): Promise<void> {
    const { campaignOf, facts, journal, tally } = this.tools;
    const now = this.now();
    const known = await facts.load(rows, new Date(now.epochMilliseconds));
    const refused: Change[] = [];
    const postings: Posting[] = [];
    for (const row of rows) {
      const judged = judge(row, await campaignOf(row), known.get(row.deliveryId), now);
      countJudged(judged);
      const made = 'to' in judged ? judged : await this.make(judged);
      if ('to' in made) refused.push(made);
      else postings.push(made);
    }
    const { campaignId } = rows[0]!;
    if (refused.length > 0) {
      await journal.write(refused);
      tally.count(campaignId, refused);
    }
    if (postings.length > 0) {
      const posted = await this.postings.write(postings);
      tally.count(
        campaignId,
        Array.from({ length: posted }, () => ({ to: 'sent' }) as const),
      );
    }
  }

  private async make(allowed: AllowedRow): Promise<Posting | Change> {
    const { deliveryId, anchorDate, claim, channel } = allowed.row;
    const key = { deliveryId, anchorDate, claim };
    try {
      if (channel === 'task') return { ...key, channel, ...taskOf(allowed) };
      const { subject, text } = await this.tools.composer.notice(allowed);
      return { ...key, channel: 'portal', title: subject, text: String(text) };
    } catch (error) {
      return settleThrown(allowed.row, error);
    }
  }
}

function taskOf({ row, campaign }: AllowedRow): { title: string; text: string } {
  const content = taskContent.safeParse(contentFor(row, campaign, deskLocale));
  if (content.success) return { title: content.data.title, text: content.data.instructions };
  const { path, message } = content.error.issues[0]!;
  throw Object.assign(new Error(`${path.join('.')}: ${message}`), { code: 'task_content' });
}
