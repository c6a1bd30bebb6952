import { Injectable } from '@nestjs/common';
import { classifyClicks } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { Transactions } from '../../platform/database/transactions.js';
import { EvidenceService } from '../inbound/evidence.service.js';
import { SightingsRepository, type JudgedClick } from './sightings.repository.js';

const atOnce = 5000;
/** By then those beside a click have come in, from all processes, and the letter's own outcome is written. */
const settledAfterSeconds = 15;

/** Tells people's clicks from machines'. Judging again adds what has become visible since. */
@Injectable()
export class ClickJudgeService {
  constructor(
    private readonly transactions: Transactions,
    private readonly sightings: SightingsRepository,
    private readonly evidence: EvidenceService,
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
      const judged = clicks.map((click, index) => {
        // Seen by a part of those beside it, one that was a machine's may look like a person's: it is not any more.
        return { ...click, verdict: click.machine ?? verdicts[index]! };
      });
      await this.settleDoubts(judged.filter(({ fresh, verdict }) => fresh && verdict === null));
      const changed = judged.filter(({ fresh, verdict, machine }) => fresh || verdict !== machine);
      if (changed.length > 0) {
        await this.sightings.judge(
          tx,
          changed.map(({ clickId, verdict }) => ({ clickId, machine: verdict })),
        );
      }
      return clicks.filter(({ fresh }) => fresh).length;
    });
  }

  /**
   * A person who follows a link has got the letter, though nobody heard that it was taken. A machine may have opened it
   * on the way, and then refused it.
   */
  private async settleDoubts(ofPeople: readonly JudgedClick[]): Promise<void> {
    const doubted = ofPeople.filter(({ inDoubt }) => inDoubt);
    await this.evidence.take(
      'click',
      doubted.map(({ deliveryId, at }) => ({
        ...{ kind: 'delivered', deliveryIds: [deliveryId], address: null, at: new Date(at) },
        ...{ status: null, verdict: null, excerpt: 'A person followed a link of the letter.' },
        ...{ externalId: deliveryId, trust: 'signed' },
      })),
    );
  }
}
