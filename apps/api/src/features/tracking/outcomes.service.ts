import { Injectable } from '@nestjs/common';
import { outcomesOf } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { Transactions } from '../../platform/database/transactions.js';
import { OutcomesRepository, type FittingVersion } from './outcomes.repository.js';

/** What became known longer after it happened is tied to nothing. */
const lookBackHours = 90 * 24;
/** What happens here is known at once, give or take a transaction that takes its time. */
const overlapHours = 1;

/** Ties payments, renewals, answers and visits to the contacts that are held to have brought them. */
@Injectable()
export class OutcomesService {
  /** What this process has read already: all up to a moment, and all that was imported up to another. */
  private read: { upTo: Temporal.Instant; lastImport: Date | null } | null = null;

  constructor(
    private readonly transactions: Transactions,
    private readonly repository: OutcomesRepository,
  ) {}

  /**
   * Ties what has happened up to `now`. Far back, and in the book, only what an import has brought since this process
   * last looked can be new.
   * @returns how much was tied
   */
  async attribute(now: Temporal.Instant): Promise<number> {
    const lastImport = await this.repository.lastImport();
    const known = this.read;
    const imported = known === null || lastImport?.getTime() !== known.lastImport?.getTime();
    const from = imported
      ? now.subtract({ hours: lookBackHours })
      : known.upTo.subtract({ hours: overlapHours });
    const window = { from: new Date(from.epochMilliseconds), to: new Date(now.epochMilliseconds) };
    const fitting = await this.fitting();
    const tied = await this.transactions.run(async (tx) => {
      const replies = await this.repository.tieReplies(tx, window.from);
      const events = await this.repository.attribute(tx, 'events', window, fitting);
      const paid = imported ? await this.repository.attribute(tx, 'book', window, fitting) : 0;
      return replies + events + paid;
    });
    this.read = { upTo: now, lastImport };
    return tied;
  }

  private async fitting(): Promise<FittingVersion[]> {
    const versions = await this.repository.versions();
    return versions.flatMap(({ campaignId, version, definition }) =>
      outcomesOf(definition).map((kind) => ({ campaignId, version, kind })),
    );
  }
}
