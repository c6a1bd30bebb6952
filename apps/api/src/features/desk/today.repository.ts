import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ContactClass } from '@aftercare/domain';
import { DataSource } from 'typeorm';

export interface CampaignOfToday {
  campaignId: string;
  key: string;
  name: string;
  class: ContactClass;
  nextDueAt: Date | null;
}

export interface StuckRows {
  kind: 'failed' | 'in_doubt' | 'overdue' | 'retrying';
  campaignKey: string;
  count: number;
  since: Date;
  reason: string | null;
  detail: string | null;
}

export interface Lately {
  optedOutToday: number;
  optedOutWeek: number;
  complaintsToday: number;
  complaintsWeek: number;
}

/** Reads what the desk's first page shows beside the counts of the ledger. */
@Injectable()
export class TodayRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  listCampaigns(campaignIds: readonly string[]): Promise<CampaignOfToday[]> {
    return this.dataSource.query<CampaignOfToday[]>(
      `SELECT c.campaign_id AS "campaignId", c.key, c.name, v.definition ->> 'class' AS class,
              (SELECT min(due_at) FROM deliveries d
               WHERE d.campaign_id = c.campaign_id AND d.waiting) AS "nextDueAt"
       FROM campaigns c
       JOIN campaign_versions v ON v.campaign_id = c.campaign_id
                               AND v.version = coalesce(c.active_version, c.latest_version)
       WHERE c.campaign_id = ANY($1::uuid[]) ORDER BY c.name, c.key`,
      [campaignIds],
    );
  }

  /**
   * Rows that do not go on by themselves, or go on late, by campaign and reason. Open and doubtful rows are
   * found by partial indexes: they are few, however long the ledger.
   *
   * @param overdueBefore an open row due before it is late.
   * @param failedFrom failures since then are still news.
   */
  listStuck(now: Date, overdueBefore: Date, failedFrom: Date): Promise<StuckRows[]> {
    return this.dataSource.query<StuckRows[]>(
      `WITH stuck AS (
         SELECT campaign_id, CASE WHEN attempts > 0 AND next_attempt_at > $1 THEN 'retrying' ELSE 'overdue' END AS kind,
                due_at AS since, reason, smtp_reply
         FROM (SELECT d.* FROM deliveries d WHERE d.waiting
               UNION ALL
               SELECT d.* FROM deliveries d JOIN dispatch_chunks USING (chunk_id) WHERE d.state IN ('planned', 'sending')) open
         WHERE due_at < $2
         UNION ALL
         SELECT campaign_id, 'in_doubt', state_at, reason, smtp_reply
         FROM deliveries WHERE doubted_at IS NOT NULL AND state = 'in_doubt'
         UNION ALL
         SELECT campaign_id, 'failed', state_at, reason, smtp_reply
         FROM deliveries WHERE failed AND due_at >= $3
       )
       SELECT s.kind, c.key AS "campaignKey", count(*)::int AS count, min(s.since) AS since, s.reason,
              max(s.smtp_reply) AS detail
       FROM stuck s JOIN campaigns c USING (campaign_id)
       GROUP BY s.kind, c.key, s.reason`,
      [now, overdueBefore, failedFrom],
    );
  }

  /** When anything in the part of the ledger due in [from, to) last changed. */
  async findLastMove(from: Date, to: Date): Promise<Date | null> {
    const [row] = await this.dataSource.query<{ at: Date | null }[]>(
      `SELECT max(state_at) AS at FROM deliveries WHERE due_at >= $1 AND due_at < $2 AND state NOT IN ('planned')`,
      [from, to],
    );
    return row?.at ?? null;
  }

  /** Campaigns that wait for somebody; `approvals`: whose latest version waits for a decision. */
  async countCampaigns(): Promise<{ approvals: number; paused: number; draft: number }> {
    const [row] = await this.dataSource.query<[{ approvals: number; paused: number; draft: number }]>(
      `SELECT count(*) FILTER (WHERE c.state = 'paused')::int AS paused,
              count(*) FILTER (WHERE c.state = 'draft')::int AS draft,
              count(*) FILTER (WHERE c.state <> 'archived' AND v.state = 'submitted')::int AS approvals
       FROM campaigns c
       LEFT JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.version = c.latest_version`,
    );
    return row;
  }

  /** Consents that customers withdrew and complaints they made, today and in the week that ends with it. */
  async countLately(dayFrom: Date, weekFrom: Date): Promise<Lately> {
    const [row] = await this.dataSource.query<[Lately]>(
      `SELECT * FROM (
         SELECT count(*) FILTER (WHERE at >= $1)::int AS "optedOutToday", count(*)::int AS "optedOutWeek"
         FROM consent_events WHERE by_customer AND NOT granted AND at >= $2
       ) consents, (
         SELECT count(*) FILTER (WHERE at >= $1)::int AS "complaintsToday", count(*)::int AS "complaintsWeek"
         FROM customer_events WHERE type = 'complaint_opened' AND at >= $2
       ) complaints`,
      [dayFrom, weekFrom],
    );
    return row;
  }
}
