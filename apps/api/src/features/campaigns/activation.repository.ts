import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';

/** A version that has people in it when another one takes over, and until when it goes on with them. */
export interface Finishing {
  version: number;
  /** Null: it ends at once, and its people go on with the new version. */
  until: Date | null;
}

/** Which versions run, and how far their steps are planned. */
@Injectable()
export class ActivationRepository {
  /**
   * Makes a version the one that takes whoever falls due. Steps begin at `plannedFrom`; those that a running campaign
   * has already keep their watermark, so that what fell due during a change is still planned. All are searched at
   * once.
   */
  async activate(
    tx: Tx,
    campaignId: string,
    given: {
      version: number;
      at: Date;
      plannedFrom: Date;
      steps: string[];
      keepWatermarks: boolean;
      finishing: Finishing[];
    },
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
    for (const { version, until } of given.finishing) {
      await tx.query(
        `UPDATE campaign_versions
         SET running = CASE WHEN $3::timestamptz IS NOT NULL THEN 'finishing' END, finishes_at = $3
         WHERE campaign_id = $1 AND version = $2`,
        [campaignId, version, until],
      );
    }
    await tx.query(
      `UPDATE campaign_versions SET running = 'open', finishes_at = NULL
       WHERE campaign_id = $1 AND version = $2`,
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

  /** No version of it takes or keeps anybody any more. */
  async end(tx: Tx, campaignId: string): Promise<void> {
    await tx.query(
      `UPDATE campaign_versions SET running = NULL, finishes_at = NULL
       WHERE campaign_id = $1 AND running IS NOT NULL`,
      [campaignId],
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
