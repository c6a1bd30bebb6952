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
}

/** Where each new state is counted; what was put off is open as before. */
const partOf: Record<Change['to'], Exclude<keyof CampaignTally, 'campaignId'> | null> = {
  planned: null,
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
    for (const { to } of changes) {
      const part = partOf[to];
      if (part !== null) this.of(campaignId)[part] += 1;
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
      const tally = this.of(campaignId);
      for (const part of ['sent', 'missed', 'kept'] as const) tally[part] += counts[part];
    }
  }

  private of(campaignId: string): CampaignTally {
    let tally = this.tallies.get(campaignId);
    if (!tally) {
      tally = { campaignId, sent: 0, missed: 0, kept: 0 };
      this.tallies.set(campaignId, tally);
    }
    return tally;
  }
}
