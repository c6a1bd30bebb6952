import { Injectable } from '@nestjs/common';
import { outcomesOf } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { Transactions } from '../../platform/database/transactions.js';
import { OutcomesRepository, type FittingVersion } from './outcomes.repository.js';

/** What became known longer after it happened is tied to nothing. */
const lookBackDays = 90;

/** Ties payments, renewals, answers and visits to the contacts that are held to have brought them. */
@Injectable()
export class OutcomesService {
  /** The last import whose rows have been read. */
  private readUpTo: Date | null = null;

  constructor(
    private readonly transactions: Transactions,
    private readonly repository: OutcomesRepository,
  ) {}

  /**
   * Ties what has happened up to `now`. The book is gone over when there was an import since this process last did so.
   * @returns how much was tied
   */
  async attribute(now: Temporal.Instant): Promise<number> {
    const lastImport = await this.repository.lastImport();
    const imported = lastImport !== null && (this.readUpTo === null || lastImport > this.readUpTo);
    const to = new Date(now.epochMilliseconds);
    const window = { from: new Date(now.subtract({ hours: lookBackDays * 24 }).epochMilliseconds), to };
    const fitting = await this.fitting();
    const tied = await this.transactions.run(async (tx) => {
      const replies = await this.repository.tieReplies(tx, window);
      const events = await this.repository.attribute(tx, 'events', window, fitting);
      const paid = imported ? await this.repository.attribute(tx, 'book', window, fitting) : 0;
      return replies + events + paid;
    });
    this.readUpTo = lastImport;
    return tied;
  }

  private async fitting(): Promise<FittingVersion[]> {
    const versions = await this.repository.versions();
    return versions.flatMap(({ campaignId, version, definition }) =>
      outcomesOf(definition).map((kind) => ({ campaignId, version, kind })),
    );
  }
}
