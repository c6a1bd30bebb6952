import type { Campaign, CampaignState, VersionState } from '@aftercare/domain';

/** The operator at the command line, as the audit log names them: no approval queue holds for them. */
export const commandLine = 'command line';

/** A campaign's own row. */
export interface CampaignRow {
  campaignId: string;
  key: string;
  name: string;
  state: CampaignState;
  latestVersion: number;
  activeVersion: number | null;
  pausedReason: string | null;
}

/** A version as approval deals with it. */
export interface VersionRow {
  version: number;
  state: VersionState;
  definition: Campaign;
  /** Of the definition and the hashes of the templates it uses. */
  contentHash: string;
  templateVersions: Record<string, string>;
  authors: string[];
  submittedBy: string | null;
  running: 'open' | 'finishing' | null;
}

/** A campaign with the version that is active, or the latest while none is. */
export interface StoredCampaign {
  campaignId: string;
  key: string;
  name: string;
  state: CampaignState;
  latestVersion: number;
  activeVersion: number | null;
  activatedAt: Date | null;
  pausedReason: string | null;
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
