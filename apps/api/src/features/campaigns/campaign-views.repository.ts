import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DeliveryState } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { StoredCampaign, VersionRow } from './campaigns.types.js';
import type { ArmCount } from './experiments.js';

export interface LedgerCount {
  campaignId: string;
  step: string;
  state: DeliveryState;
  count: number;
  firstDueAt: Date;
}

export interface StoredVersion {
  version: number;
  contentHash: string;
  createdBy: string;
  createdAt: Date;
}

/** A waiting row of the ledger by the day it hangs on. */
export interface WaitingDay {
  step: string;
  anchorDate: string;
  count: number;
}

const columns = `c.campaign_id AS "campaignId", c.key, c.name, c.state, c.latest_version AS "latestVersion",
  c.active_version AS "activeVersion", c.activated_at AS "activatedAt", c.paused_reason AS "pausedReason",
  c.updated_at AS "updatedAt", v.version, v.content_hash AS "contentHash", v.definition`;
const stored = `SELECT ${columns} FROM campaigns c
  JOIN campaign_versions v ON v.campaign_id = c.campaign_id
   AND v.version = coalesce(c.active_version, c.latest_version)`;

/** Campaigns as the desk and the command line look at them. */
@Injectable()
export class CampaignViewsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Every campaign, by key. There are dozens, not thousands. */
  list(): Promise<StoredCampaign[]> {
    return this.dataSource.query<StoredCampaign[]>(`${stored} ORDER BY c.key`);
  }

  async find(key: string): Promise<StoredCampaign | null> {
    const [row] = await this.dataSource.query<StoredCampaign[]>(`${stored} WHERE c.key = $1`, [key]);
    return row ?? null;
  }

  /** The ledger of some campaigns, counted. */
  ledgerCounts(campaignIds: readonly string[]): Promise<LedgerCount[]> {
    return this.dataSource.query<LedgerCount[]>(
      `SELECT campaign_id AS "campaignId", step, state, count(*) AS count, min(due_at) AS "firstDueAt"
       FROM deliveries WHERE campaign_id = ANY($1) GROUP BY campaign_id, step, state`,
      [campaignIds],
    );
  }

  /** The ledger of one campaign by the arms of its experiments. */
  armCounts(campaignId: string): Promise<ArmCount[]> {
    return this.dataSource.query<ArmCount[]>(
      `SELECT step, variant, state, reason IS NOT DISTINCT FROM 'global_holdout' AS globally, count(*) AS count
       FROM deliveries WHERE campaign_id = $1 GROUP BY 1, 2, 3, 4`,
      [campaignId],
    );
  }

  /** What versions that people are going through say, and the templates they were approved with. */
  running(campaignId: string): Promise<Pick<VersionRow, 'definition' | 'templateVersions'>[]> {
    return this.dataSource.query<Pick<VersionRow, 'definition' | 'templateVersions'>[]>(
      `SELECT definition, template_versions AS "templateVersions"
       FROM campaign_versions WHERE campaign_id = $1 AND running IS NOT NULL`,
      [campaignId],
    );
  }

  versions(campaignId: string): Promise<StoredVersion[]> {
    return this.dataSource.query<StoredVersion[]>(
      `SELECT version, content_hash AS "contentHash", created_by AS "createdBy", created_at AS "createdAt"
       FROM campaign_versions WHERE campaign_id = $1 ORDER BY version DESC`,
      [campaignId],
    );
  }

  progress(campaignId: string): Promise<{ step: string; plannedUntil: Date }[]> {
    return this.dataSource.query<{ step: string; plannedUntil: Date }[]>(
      `SELECT step, planned_until AS "plannedUntil" FROM step_progress
       JOIN campaigns USING (campaign_id) WHERE campaign_id = $1 AND version = active_version`,
      [campaignId],
    );
  }

  /** Rows that wait in the ledger. */
  waiting(campaignId: string): Promise<WaitingDay[]> {
    return this.dataSource.query<WaitingDay[]>(
      `SELECT step, anchor_date AS "anchorDate", count(*) AS count
       FROM deliveries WHERE campaign_id = $1 AND state = 'planned' GROUP BY step, anchor_date`,
      [campaignId],
    );
  }
}
