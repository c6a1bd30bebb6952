import { Injectable } from '@nestjs/common';
import type { Campaign } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import type { CampaignState } from './campaigns.types.js';

/** A campaign's own row. */
export interface CampaignRow {
  campaignId: string;
  key: string;
  state: CampaignState;
  latestVersion: number;
  activeVersion: number | null;
}

const columns = `campaign_id AS "campaignId", key, state, latest_version AS "latestVersion",
  active_version AS "activeVersion"`;

/** Campaigns and their versions, as they are changed. */
@Injectable()
export class CampaignsRepository {
  /** The campaign with that key, held until the transaction ends. */
  async findHeld(tx: Tx, key: string): Promise<CampaignRow | null> {
    const [row] = await tx.query<CampaignRow[]>(
      `SELECT ${columns} FROM campaigns WHERE key = $1 FOR UPDATE`,
      [key],
    );
    return row ?? null;
  }

  /** The campaign with that key, made as a draft without versions when there is none, and held. */
  async findOrCreateHeld(tx: Tx, key: string, name: string): Promise<CampaignRow> {
    await tx.query(
      `INSERT INTO campaigns (key, name, state, latest_version) VALUES ($1, $2, 'draft', 0) ON CONFLICT (key) DO NOTHING`,
      [key, name],
    );
    return (await this.findHeld(tx, key))!;
  }

  async contentHash(tx: Tx, campaignId: string, version: number): Promise<string | null> {
    const [row] = await tx.query<{ contentHash: string }[]>(
      `SELECT content_hash AS "contentHash" FROM campaign_versions WHERE campaign_id = $1 AND version = $2`,
      [campaignId, version],
    );
    return row?.contentHash ?? null;
  }

  async addVersion(
    tx: Tx,
    campaignId: string,
    given: { version: number; definition: Campaign; contentHash: string; createdBy: string },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO campaign_versions (campaign_id, version, definition, content_hash, created_by)
       VALUES ($1, $2, $3, $4, $5)`,
      [campaignId, given.version, JSON.stringify(given.definition), given.contentHash, given.createdBy],
    );
  }

  /** The newest version is the one that a campaign is known by until another is active. */
  async setLatest(tx: Tx, campaignId: string, version: number): Promise<void> {
    await tx.query(
      `UPDATE campaigns c SET latest_version = $2, updated_at = now(),
         name = CASE WHEN active_version IS NULL THEN v.definition ->> 'name' ELSE c.name END
       FROM campaign_versions v
       WHERE c.campaign_id = $1 AND v.campaign_id = c.campaign_id AND v.version = $2`,
      [campaignId, version],
    );
  }

  async setState(tx: Tx, campaignId: string, state: CampaignState): Promise<void> {
    await tx.query(`UPDATE campaigns SET state = $2, updated_at = now() WHERE campaign_id = $1`, [
      campaignId,
      state,
    ]);
  }

  /**
   * Makes a version the one that runs. Steps begin at `plannedFrom`; those that a running campaign has already
   * keep their watermark, so that what fell due during a change is still planned. All are searched at once.
   */
  async activate(
    tx: Tx,
    campaignId: string,
    given: { version: number; at: Date; plannedFrom: Date; steps: string[]; keepWatermarks: boolean },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO step_progress (campaign_id, version, step, planned_until)
       SELECT $1, $2, step, CASE WHEN $5 THEN coalesce(before.planned_until, $4)
                                 ELSE greatest(before.planned_until, $4) END
       FROM unnest($3::text[]) AS step
       LEFT JOIN (SELECT step, max(planned_until) AS planned_until
                  FROM step_progress JOIN campaigns USING (campaign_id)
                  WHERE campaign_id = $1 AND version IN (active_version, $2) GROUP BY step) before USING (step)
       ORDER BY step
       ON CONFLICT (campaign_id, version, step) DO UPDATE
         SET searched_at = NULL, planned_until = EXCLUDED.planned_until`,
      [campaignId, given.version, given.steps, given.plannedFrom, given.keepWatermarks],
    );
    await tx.query(
      `UPDATE campaign_versions SET running = CASE WHEN version = $2 THEN 'open' END
       WHERE campaign_id = $1 AND (version = $2) <> (running IS NOT DISTINCT FROM 'open')`,
      [campaignId, given.version],
    );
    await tx.query(
      `UPDATE campaigns c SET state = 'active', active_version = $2, activated_at = $3, updated_at = now(),
         paused_reason = NULL, name = v.definition ->> 'name'
       FROM campaign_versions v
       WHERE c.campaign_id = $1 AND v.campaign_id = c.campaign_id AND v.version = $2`,
      [campaignId, given.version, given.at],
    );
  }

  /**
   * Ends the rows that were still to go, and gives the number of those cancelled. A row that may have arrived
   * already is not cancelled: it stays in doubt.
   */
  async cancelPlanned(tx: Tx, campaignId: string, at: Date): Promise<number> {
    const [row] = await tx.query<{ count: number }[]>(
      `WITH ended AS (
         UPDATE deliveries
         SET state = CASE WHEN doubted_at IS NULL THEN 'cancelled' ELSE 'in_doubt' END,
             reason = CASE WHEN doubted_at IS NULL THEN 'campaign_stopped' ELSE 'not_resent' END, state_at = $2
         WHERE campaign_id = $1 AND state = 'planned'
         RETURNING state)
       SELECT count(*) FILTER (WHERE state = 'cancelled') AS count FROM ended`,
      [campaignId, at],
    );
    return row!.count;
  }
}
