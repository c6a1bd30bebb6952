import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { reconcile, type Reconciliation } from '@aftercare/domain';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { ProblemError } from '../../platform/http/problem.js';
import { LedgerRepository } from './ledger.repository.js';

/** The ledger as evidence: every row, and the account of all of them. */
@Injectable()
export class LedgerService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: LedgerRepository,
  ) {}

  /**
   * The account of the ledger, or of one campaign's part, at one moment.
   * @throws ProblemError `not_found` when there is no such campaign
   */
  reconcile(campaignKey: string | null = null): Promise<Reconciliation> {
    return this.transactions.run(async (tx) =>
      reconcile(await this.repository.counts(tx, await this.campaignId(tx, campaignKey))),
    );
  }

  /**
   * Writes the ledger to `target`, a line of JSON a row, as of one moment. Takes as much memory for millions of rows
   * as for one.
   * @throws ProblemError `not_found` when there is no such campaign
   */
  export(target: NodeJS.WritableStream, campaignKey: string | null = null): Promise<void> {
    return this.transactions.run(async (tx) => {
      const lines = await this.repository.lines(tx, await this.campaignId(tx, campaignKey));
      await pipeline(lines, target, { end: false });
    });
  }

  private async campaignId(tx: Tx, key: string | null): Promise<string | null> {
    if (key === null) return null;
    const id = await this.repository.findCampaignId(tx, key);
    if (id === null) throw new ProblemError('not_found', 404, `There is no campaign with the key ${key}.`);
    return id;
  }
}
