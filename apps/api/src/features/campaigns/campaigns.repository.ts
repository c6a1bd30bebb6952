import { Injectable } from '@nestjs/common';
import type { Campaign, CampaignState, VersionState } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import type { CampaignRow, VersionRow } from './campaigns.types.js';

/** What a version says and by whom. */
export interface VersionContent {
  definition: Campaign;
  contentHash: string;
  templateVersions: Record<string, string>;
  authors: string[];
}

const columns = `campaign_id AS "campaignId", key, name, state, latest_version AS "latestVersion",
  active_version AS "activeVersion", paused_reason AS "pausedReason"`;
const versionColumns = `version, state, definition, content_hash AS "contentHash", authors, running,
  template_versions AS "templateVersions", submitted_by AS "submittedBy"`;

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

  /** A new campaign without versions, held; null when the key is taken. */
  async create(tx: Tx, key: string, name: string): Promise<CampaignRow | null> {
    const [row] = await tx.query<CampaignRow[]>(
      `INSERT INTO campaigns (key, name, state, latest_version) VALUES ($1, $2, 'draft', 0)
       ON CONFLICT (key) DO NOTHING RETURNING ${columns}`,
      [key, name],
    );
    return row ?? null;
  }

  async findVersion(tx: Tx, campaignId: string, version: number): Promise<VersionRow | null> {
    const [row] = await tx.query<VersionRow[]>(
      `SELECT ${versionColumns} FROM campaign_versions WHERE campaign_id = $1 AND version = $2`,
      [campaignId, version],
    );
    return row ?? null;
  }

  /** Versions that people are going through. */
  runningVersions(tx: Tx, campaignId: string): Promise<VersionRow[]> {
    return tx.query<VersionRow[]>(
      `SELECT ${versionColumns} FROM campaign_versions
       WHERE campaign_id = $1 AND running IS NOT NULL ORDER BY version`,
      [campaignId],
    );
  }

  /**
   * Adds a draft as the latest version. The newest name is the one that a campaign is known by until a version is
   * active.
   */
  async addVersion(
    tx: Tx,
    campaignId: string,
    given: VersionContent & { version: number; createdBy: string; at: Date },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO campaign_versions (campaign_id, version, definition, content_hash, template_versions, authors,
                                      created_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[campaignId, given.version, JSON.stringify(given.definition), given.contentHash],
        ...[JSON.stringify(given.templateVersions), given.authors, given.createdBy, given.at],
      ],
    );
    await this.setLatest(tx, campaignId, given.version, given.definition.name);
  }

  /** Writes a draft anew. */
  async rewriteDraft(
    tx: Tx,
    campaignId: string,
    version: number,
    given: VersionContent & { at: Date },
  ): Promise<void> {
    await tx.query(
      `UPDATE campaign_versions
       SET definition = $3, content_hash = $4, template_versions = $5, authors = $6, updated_at = $7
       WHERE campaign_id = $1 AND version = $2`,
      [
        ...[campaignId, version, JSON.stringify(given.definition), given.contentHash],
        ...[JSON.stringify(given.templateVersions), given.authors, given.at],
      ],
    );
    await this.setLatest(tx, campaignId, version, given.definition.name);
  }

  private async setLatest(tx: Tx, campaignId: string, version: number, name: string): Promise<void> {
    await tx.query(
      `UPDATE campaigns SET latest_version = $2, updated_at = now(),
         name = CASE WHEN active_version IS NULL THEN $3 ELSE name END
       WHERE campaign_id = $1`,
      [campaignId, version, name],
    );
  }

  /** Pins a draft with the templates as they are, for somebody else to decide on. */
  async submit(
    tx: Tx,
    campaignId: string,
    version: number,
    given: { contentHash: string; templateVersions: Record<string, string>; by: string; at: Date },
  ): Promise<void> {
    await tx.query(
      `UPDATE campaign_versions SET state = 'submitted', content_hash = $3, template_versions = $4,
         submitted_by = $5, submitted_at = $6
       WHERE campaign_id = $1 AND version = $2`,
      [
        ...[campaignId, version, given.contentHash, JSON.stringify(given.templateVersions)],
        ...[given.by, given.at],
      ],
    );
    await this.touch(tx, campaignId);
  }

  /** `decision`: why, in words; null when nothing was said. */
  async decide(
    tx: Tx,
    campaignId: string,
    version: number,
    given: { state: VersionState; by: string; at: Date; decision: string | null },
  ): Promise<void> {
    await tx.query(
      `UPDATE campaign_versions SET state = $3, decided_by = $4, decided_at = $5, decision = $6
       WHERE campaign_id = $1 AND version = $2`,
      [campaignId, version, given.state, given.by, given.at, given.decision],
    );
    await this.touch(tx, campaignId);
  }

  /** `pausedReason`: why, where nobody paused it by hand. */
  async setState(
    tx: Tx,
    campaignId: string,
    state: CampaignState,
    pausedReason: string | null = null,
  ): Promise<void> {
    await tx.query(
      `UPDATE campaigns SET state = $2, paused_reason = $3, updated_at = now() WHERE campaign_id = $1`,
      [campaignId, state, pausedReason],
    );
  }

  private async touch(tx: Tx, campaignId: string): Promise<void> {
    await tx.query(`UPDATE campaigns SET updated_at = now() WHERE campaign_id = $1`, [campaignId]);
  }
}
