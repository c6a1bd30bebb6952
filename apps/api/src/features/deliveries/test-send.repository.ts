import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Campaign, ContactClass } from '@aftercare/domain';
import { DataSource } from 'typeorm';

/** What a test letter is made from. */
@Injectable()
export class TestSendRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** A version of a campaign, by default its latest, whatever its state. */
  async findVersion(
    key: string,
    version: number | null,
  ): Promise<{ version: number; definition: Campaign } | null> {
    const [row] = await this.dataSource.query<{ version: number; definition: Campaign }[]>(
      `SELECT v.version, v.definition
         FROM campaigns c
         JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.version = coalesce($2, c.latest_version)
        WHERE c.key = $1`,
      [key, version],
    );
    return row ?? null;
  }

  async isSuppressed(address: string, contactClass: ContactClass): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM suppressions
        WHERE lower(address) = lower($1) AND lifted_at IS NULL AND (class IS NULL OR class = $2) LIMIT 1`,
      [address, contactClass],
    );
    return rows.length > 0;
  }
}
