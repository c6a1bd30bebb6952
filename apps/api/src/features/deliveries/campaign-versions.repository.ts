import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Campaign } from '@aftercare/domain';
import { DataSource } from 'typeorm';

const mostKept = 200;

/** The campaign files that ledger rows were planned by. A version never changes, so each is read once. */
@Injectable()
export class CampaignVersionsRepository {
  private readonly kept = new Map<string, Promise<Campaign>>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  get(campaignId: string, version: number): Promise<Campaign> {
    const key = `${campaignId} ${version}`;
    const kept = this.kept.get(key);
    if (kept) return kept;
    const loading = this.load(campaignId, version);
    if (this.kept.size >= mostKept) this.kept.clear();
    this.kept.set(key, loading);
    loading.catch(() => this.kept.delete(key));
    return loading;
  }

  private async load(campaignId: string, version: number): Promise<Campaign> {
    const [row] = await this.dataSource.query<{ definition: Campaign }[]>(
      `SELECT definition FROM campaign_versions WHERE campaign_id = $1 AND version = $2`,
      [campaignId, version],
    );
    if (!row) throw new Error(`Campaign ${campaignId} has no version ${version}.`);
    return row.definition;
  }
}
