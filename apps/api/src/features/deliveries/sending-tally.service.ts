import { Injectable } from '@nestjs/common';
import { countOutcomes } from '../../platform/observability/metrics.js';
import type { Change } from './deliveries.types.js';

/** What became of a campaign's rows since it was last asked for. */
export interface CampaignTally {
  campaignId: string;
  sent: number;
  /** Bounced, failed or in doubt: they should have arrived, and nobody can say that they did. */
  missed: number;
  /** Kept back by the contact gate. */
  kept: number;
  /** Put off to another time; the row is open as before. */
  putOff: number;
}

const partOf: Record<Change['to'], Exclude<keyof CampaignTally, 'campaignId'>> = {
  planned: 'putOff',
  sent: 'sent',
  bounced: 'missed',
  failed: 'missed',
  in_doubt: 'missed',
  suppressed: 'kept',
  expired: 'kept',
};

/**
 * Counts, in memory, what this process settles, so that the rate of sending is known without asking the ledger, which
 * has better things to do while it sends.
 */
@Injectable()
export class SendingTallyService {
  private tallies = new Map<string, CampaignTally>();

  /** Call it once the ledger has taken the changes. */
  count(campaignId: string, changes: readonly Pick<Change, 'to'>[]): void {
    if (changes.length === 0) return;
    let tally = this.tallies.get(campaignId);
    if (!tally) {
      tally = { campaignId, sent: 0, missed: 0, kept: 0, putOff: 0 };
      this.tallies.set(campaignId, tally);
    }
    for (const { to } of changes) {
      tally[partOf[to]] += 1;
      countOutcomes(to, 1);
    }
  }

  /** What was counted since the last call. */
  drain(): CampaignTally[] {
    const drained = [...this.tallies.values()];
    this.tallies = new Map();
    return drained;
  }

  /** Takes back what could not be written down. */
  restore(tallies: readonly CampaignTally[]): void {
    for (const { campaignId, ...counts } of tallies) {
      const now = this.tallies.get(campaignId) ?? { campaignId, sent: 0, missed: 0, kept: 0, putOff: 0 };
      for (const part of Object.keys(counts) as (keyof typeof counts)[]) now[part] += counts[part];
      this.tallies.set(campaignId, now);
    }
  }
}
