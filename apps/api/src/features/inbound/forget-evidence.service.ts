import { Injectable } from '@nestjs/common';
import type { Temporal } from 'temporal-polyfill';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { ProblemError } from '../../platform/http/problem.js';
import { EvidenceRepository } from './evidence.repository.js';

/** Within it the same report may still be made again, and would act again if it were not known. */
const keptDaysAtLeast = 30;

/** Forgets what was reported of letters long ago. */
@Injectable()
export class ForgetEvidenceService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: EvidenceRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Deletes reports that came in before a moment. What followed from them stays: the state of the row, a suppression,
   * a consent taken back, the outcome of the letter.
   * @returns how many
   * @throws ProblemError `too_recent`: the moment is less than 30 days ago
   */
  async forget(before: Temporal.Instant, actor: string): Promise<number> {
    const latest = this.clock.now().subtract({ hours: 24 * keptDaysAtLeast });
    if (before.epochMilliseconds > latest.epochMilliseconds) {
      const message = `Reports of the last ${keptDaysAtLeast} days are kept: the same may still come again.`;
      throw new ProblemError('too_recent', 422, message, [{ path: 'before', code: 'too_recent', message }]);
    }
    return this.transactions.run(async (tx) => {
      const forgotten = await this.repository.forget(tx, new Date(before.epochMilliseconds));
      const detail = { before: before.toString(), reports: forgotten };
      await this.audit.record(tx, { actor, action: 'evidence.forgotten', subject: 'evidence', detail });
      return forgotten;
    });
  }
}
