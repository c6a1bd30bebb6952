import { Injectable } from '@nestjs/common';
import type { Campaign } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../../platform/database/tx.js';

/** A version of a campaign that plans, and how far each of its steps is planned. */
export interface RunningVersion {
  campaignId: string;
  version: number;
  running: 'open' | 'finishing';
  definition: Campaign;
  steps: { step: string; plannedUntil: Date; searchedAt: Date | null }[];
  /** The campaign's other versions that are finishing, whose people this one leaves alone when it is the open one. */
  finishing: { version: number; steps: string[] }[];
}

/** One step of one version. */
export interface StepKey {
  campaignId: string;
  version: number;
  step: string;
}

/** Which versions plan, and up to when. */
@Injectable()
export class RunningVersionsRepository {
  /** The approved versions that run, of active campaigns, by key; what is finishing comes first. */
  async list(tx: Tx): Promise<RunningVersion[]> {
    const rows = await tx.query<
      (Omit<RunningVersion, 'steps' | 'finishing'> & { steps: RunningVersion['steps'] | null })[]
    >(`
      SELECT c.campaign_id AS "campaignId", v.version, v.running, v.definition,
             (SELECT json_agg(json_build_object('step', step, 'plannedUntil', planned_until,
                                                'searchedAt', searched_at))
              FROM step_progress p WHERE p.campaign_id = c.campaign_id AND p.version = v.version) AS steps
      FROM campaigns c
      JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.running IS NOT NULL AND v.state = 'approved'
      WHERE c.state = 'active'
      ORDER BY c.key, v.running, v.version`);
    return rows.map(({ steps, ...version }) => ({
      ...version,
      steps: (steps ?? []).map(({ step, plannedUntil, searchedAt }) => ({
        step,
        plannedUntil: new Date(plannedUntil),
        searchedAt: searchedAt === null ? null : new Date(searchedAt),
      })),
      finishing: rows
        .filter(
          (other) =>
            other.campaignId === version.campaignId &&
            other.running === 'finishing' &&
            other.version !== version.version,
        )
        .map((other) => ({
          version: other.version,
          steps: other.definition.steps.map(({ key }) => key),
        })),
    }));
  }

  /**
   * Holds a campaign for this transaction: other planners wait, and so does whoever wants to pause it.
   * False when it has been paused or stopped, or the version has ended, in the meantime.
   */
  async hold(tx: Tx, campaignId: string, version: number): Promise<boolean> {
    const held = await tx.query<unknown[]>(
      // Memory to join a whole book in, and no compiling of statements that run once, for this transaction alone.
      `SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)
       FROM campaigns c JOIN campaign_versions v USING (campaign_id)
       WHERE campaign_id = $1 AND version = $2 AND c.state = 'active' AND v.state = 'approved'
         AND v.running IS NOT NULL
       FOR NO KEY UPDATE OF c`,
      [campaignId, version],
    );
    return held.length > 0;
  }

  /** Moves the watermarks of steps forward, never back. `searched`: the catch-up window was searched as well. */
  async advance(tx: Tx, steps: readonly StepKey[], asOf: Temporal.Instant, searched: boolean): Promise<void> {
    if (steps.length === 0) return;
    await tx.query(
      // Locked in one order, so that two planners cannot wait for one another.
      `WITH held AS (
         SELECT campaign_id, version, step FROM step_progress
         WHERE (campaign_id, version, step) IN (SELECT * FROM unnest($1::uuid[], $5::int[], $2::text[]))
         ORDER BY campaign_id, version, step FOR UPDATE)
       UPDATE step_progress progress
       SET planned_until = greatest(planned_until, $3),
           searched_at = CASE WHEN $4 THEN $3 ELSE searched_at END
       FROM held WHERE progress.campaign_id = held.campaign_id AND progress.version = held.version
         AND progress.step = held.step`,
      [
        steps.map(({ campaignId }) => campaignId),
        steps.map(({ step }) => step),
        asOf.toString(),
        searched,
        steps.map(({ version }) => version),
      ],
    );
  }

  /** Ends the finishing versions whose people are all through. */
  async endFinished(tx: Tx, asOf: Temporal.Instant): Promise<void> {
    await tx.query(
      `UPDATE campaign_versions SET running = NULL, finishes_at = NULL
       WHERE running = 'finishing' AND finishes_at <= $1`,
      [asOf.toString()],
    );
  }
}
