import { Injectable } from '@nestjs/common';
import { classifyClicks } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { Transactions } from '../../platform/database/transactions.js';
import { SightingsRepository } from './sightings.repository.js';

const atOnce = 5000;
/** By then those beside a click have come in, from all processes, and the letter's own outcome is written. */
const settledAfterSeconds = 15;

/** Tells people's clicks from machines'. Judging again adds what has become visible since. */
@Injectable()
export class ClickJudgeService {
  constructor(
    private readonly transactions: Transactions,
    private readonly sightings: SightingsRepository,
  ) {}

  /** Judges all clicks that nobody has judged. @returns how many these were */
  async judge(now: Temporal.Instant): Promise<number> {
    const until = new Date(now.subtract({ seconds: settledAfterSeconds }).epochMilliseconds);
    for (let judged = 0; ;) {
      const fresh = await this.judgeSome(until);
      judged += fresh;
      if (fresh < atOnce) return judged;
    }
  }

  private judgeSome(until: Date): Promise<number> {
    return this.transactions.run(async (tx) => {
      const clicks = await this.sightings.unjudged(tx, until, atOnce);
      const verdicts = classifyClicks(clicks);
      const changed = clicks.flatMap(({ clickId, fresh, machine }, index) => {
        // Seen by a part of those beside it, one that was a machine's may look like a person's: it is not any more.
        const verdict = machine ?? verdicts[index]!;
        return !fresh && verdict === machine ? [] : [{ clickId, machine: verdict }];
      });
      if (changed.length > 0) await this.sightings.judge(tx, changed);
      return clicks.filter(({ fresh }) => fresh).length;
    });
  }
}
