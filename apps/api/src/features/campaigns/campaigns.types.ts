import type { Campaign } from '@aftercare/domain';

/** draft: never activated. stopped: for good, what was planned is cancelled; only a new activation revives it. */
export const campaignStates = ['draft', 'active', 'paused', 'stopped'] as const;
export type CampaignState = (typeof campaignStates)[number];

/** A campaign with the version that is active, or the latest while none is. */
export interface StoredCampaign {
  campaignId: string;
  key: string;
  name: string;
  state: CampaignState;
  latestVersion: number;
  activeVersion: number | null;
  activatedAt: Date | null;
  updatedAt: Date;
  version: number;
  contentHash: string;
  definition: Campaign;
}

/** What one run of the planner has added to the ledger. */
export interface PlanCounts {
  planned: number;
  expired: number;
  heldOut: number;
}

export interface PlanResult extends PlanCounts {
  /** The instant up to which everything due is planned. */
  asOf: string;
  /** By campaign key, those that added rows. */
  byCampaign: Record<string, PlanCounts>;
}
