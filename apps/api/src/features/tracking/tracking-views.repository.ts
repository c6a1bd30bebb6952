import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { AgentClass, ClickRequest, MachineReason, OutcomeKind, Tracking } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { ClickCounts, OpenCounts } from './tracking.schemas.js';

/** A step of a campaign, and the arm of its experiment. */
export interface Arm {
  step: string;
  variant: string | null;
}

/** What the desk sees of tracking. */
@Injectable()
export class TrackingViewsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** What a campaign tracks by its running version, or the latest where none runs; null when there is no such campaign. */
  async find(key: string): Promise<{ campaignId: string; tracking: Tracking } | null> {
    const [row] = await this.dataSource.query<{ campaignId: string; tracking: Tracking }[]>(
      `SELECT c.campaign_id AS "campaignId", v.definition->'tracking' AS tracking
         FROM campaigns c
         JOIN campaign_versions v ON v.campaign_id = c.campaign_id
                                 AND v.version = coalesce(c.active_version, c.latest_version)
        WHERE c.key = $1`,
      [key],
    );
    return row ?? null;
  }

  sent(campaignId: string): Promise<(Arm & { sent: number })[]> {
    return this.dataSource.query(
      `SELECT step, variant, count(*)::int AS sent FROM deliveries
        WHERE campaign_id = $1 AND state = 'sent' GROUP BY step, variant`,
      [campaignId],
    );
  }

  clicks(campaignId: string): Promise<(Arm & ClickCounts)[]> {
    return this.dataSource.query(
      `SELECT step, variant, count(*)::int AS raw,
              count(*) FILTER (WHERE judged AND machine IS NULL)::int AS human,
              count(*) FILTER (WHERE machine IS NOT NULL)::int AS machine,
              count(*) FILTER (WHERE NOT judged)::int AS waiting,
              count(DISTINCT delivery_id) FILTER (WHERE judged AND machine IS NULL)::int AS readers
         FROM delivery_clicks WHERE campaign_id = $1 GROUP BY step, variant`,
      [campaignId],
    );
  }

  opens(campaignId: string): Promise<(Arm & OpenCounts)[]> {
    return this.dataSource.query(
      `SELECT step, variant, count(*)::int AS raw, count(*) FILTER (WHERE NOT machine)::int AS human,
              count(*) FILTER (WHERE machine)::int AS machine,
              count(DISTINCT delivery_id) FILTER (WHERE NOT machine)::int AS readers
         FROM delivery_opens WHERE campaign_id = $1 GROUP BY step, variant`,
      [campaignId],
    );
  }

  outcomes(campaignId: string): Promise<(Arm & { kind: OutcomeKind; deliveries: number })[]> {
    return this.dataSource.query(
      `SELECT step, variant, kind, count(DISTINCT delivery_id)::int AS deliveries
         FROM delivery_outcomes WHERE campaign_id = $1 GROUP BY step, variant, kind`,
      [campaignId],
    );
  }

  clicksOf(deliveryId: string): Promise<
    {
      at: Date;
      link: number;
      request: ClickRequest;
      agent: AgentClass;
      judged: boolean;
      machine: MachineReason | null;
    }[]
  > {
    return this.dataSource.query(
      `SELECT at, link, request, agent, judged, machine FROM delivery_clicks WHERE delivery_id = $1 ORDER BY at, click_id`,
      [deliveryId],
    );
  }

  opensOf(deliveryId: string): Promise<{ at: Date; agent: AgentClass; machine: boolean }[]> {
    return this.dataSource.query(
      `SELECT at, agent, machine FROM delivery_opens WHERE delivery_id = $1 ORDER BY at, open_id`,
      [deliveryId],
    );
  }

  outcomesOf(deliveryId: string): Promise<{ kind: OutcomeKind; at: Date }[]> {
    return this.dataSource.query(
      `SELECT kind, at FROM delivery_outcomes WHERE delivery_id = $1 ORDER BY at, outcome_id`,
      [deliveryId],
    );
  }
}
