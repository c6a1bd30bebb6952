import { Injectable } from '@nestjs/common';
import type { Campaign, Step } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';
import type { Tx } from '../../platform/database/tx.js';
import type { PlanCounts } from './campaigns.types.js';
import { dueRows } from './due-rows.js';
import type { StepSlot } from './step-slots.js';

/** A campaign that is active, and how far each of its steps is planned. */
export interface ActiveCampaign {
  campaignId: string;
  version: number;
  definition: Campaign;
  steps: { step: string; plannedUntil: Date; searchedAt: Date | null }[];
}

/** One step of one campaign. */
export interface StepKey {
  campaignId: string;
  version: number;
  step: string;
}

/** The planner's statements. None of them is run once per row. */
@Injectable()
export class PlannerRepository {
  constructor(private readonly audiences: AudiencesService) {}

  /** Active campaigns by key, each with the progress of its active version's steps. */
  async activeCampaigns(tx: Tx): Promise<ActiveCampaign[]> {
    const rows = await tx.query<
      (Omit<ActiveCampaign, 'steps'> & { steps: ActiveCampaign['steps'] | null })[]
    >(`
      SELECT c.campaign_id AS "campaignId", v.version, v.definition,
             (SELECT json_agg(json_build_object('step', step, 'plannedUntil', planned_until,
                                                'searchedAt', searched_at))
              FROM step_progress p WHERE p.campaign_id = c.campaign_id AND p.version = v.version) AS steps
      FROM campaigns c
      JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.version = c.active_version
      WHERE c.state = 'active'
      ORDER BY c.key`);
    return rows.map(({ steps, ...campaign }) => ({
      ...campaign,
      steps: (steps ?? []).map(({ step, plannedUntil, searchedAt }) => ({
        step,
        plannedUntil: new Date(plannedUntil),
        searchedAt: searchedAt === null ? null : new Date(searchedAt),
      })),
    }));
  }

  /** Every zone that somebody in the book lives by, and UTC for those who have none. */
  async zones(tx: Tx): Promise<string[]> {
    // Leaps from one zone of the index to the next: reading a million rows for a few dozen names takes a second.
    const rows = await tx.query<{ zone: string }[]>(`
      WITH RECURSIVE of_customers (zone) AS (
        SELECT min(time_zone) FROM customers
        UNION ALL
        SELECT (SELECT min(time_zone) FROM customers WHERE time_zone > zone) FROM of_customers WHERE zone IS NOT NULL
      ), of_policies (zone) AS (
        SELECT min(time_zone) FROM policies
        UNION ALL
        SELECT (SELECT min(time_zone) FROM policies WHERE time_zone > zone) FROM of_policies WHERE zone IS NOT NULL
      )
      SELECT zone FROM of_customers WHERE zone IS NOT NULL
      UNION SELECT zone FROM of_policies WHERE zone IS NOT NULL
      UNION SELECT 'UTC'
      ORDER BY zone`);
    return rows.map(({ zone }) => zone);
  }

  /** When an import last changed the book, null when none ever has. */
  async bookChangedAt(tx: Tx): Promise<Date | null> {
    const [row] = await tx.query<{ at: Date | null }[]>(
      `SELECT max(finished_at) AS at FROM imports WHERE NOT dry_run AND created + updated > 0`,
    );
    return row!.at;
  }

  /**
   * Holds a campaign for this transaction: other planners wait, and so does whoever wants to pause it.
   * False when it has been paused, stopped or moved to another version in the meantime.
   */
  async hold(tx: Tx, campaignId: string, version: number): Promise<boolean> {
    const held = await tx.query<unknown[]>(
      // Memory to join a whole book in, for this transaction alone.
      `SELECT set_config('work_mem', '64MB', true) FROM campaigns
       WHERE campaign_id = $1 AND state = 'active' AND active_version = $2 FOR NO KEY UPDATE`,
      [campaignId, version],
    );
    return held.length > 0;
  }

  /**
   * Adds what is due in the slots to the ledger. Rows that it has already stay as they are: they are looked for
   * beforehand, for the campaign is held and nobody can add one meanwhile. ON CONFLICT would look twice for each.
   */
  async addDue(
    tx: Tx,
    { campaignId, version, definition }: ActiveCampaign,
    step: Step,
    slots: readonly StepSlot[],
    asOf: Temporal.Instant,
  ): Promise<PlanCounts> {
    const parameters = new SqlParameters();
    const due = this.dueRows(definition, slots, parameters);
    const fixed = [
      parameters.add(campaignId, 'uuid'),
      parameters.add(version, 'int'),
      parameters.add(step.key, 'text'),
      parameters.add(definition.class, 'text'),
      parameters.add(definition.topic, 'text'),
      parameters.add(definition.priority, 'int'),
      parameters.add(step.channel, 'text'),
      parameters.add(step.template, 'text'),
      parameters.add(asOf.toString(), 'timestamptz'),
    ];
    const window = `make_interval(hours => ${parameters.add(definition.catchUpHours, 'int')})`;
    const counts = await tx.query<{ state: string; count: number }[]>(
      `WITH added AS (
         INSERT INTO deliveries (campaign_id, campaign_version, step, class, topic, priority, channel, template, state_at,
                                 subject_id, contact_on, anchor_date, customer_id, policy_id, term_no, due_at, expires_at,
                                 state, reason)
         SELECT ${fixed.join(', ')},
                subject_id, local_date, anchor_date, customer_id, policy_id, term_no, due_at, due_at + ${window},
                CASE WHEN outcome IN ('missed_window', 'superseded') THEN 'expired' ELSE outcome END,
                CASE WHEN outcome IN ('missed_window', 'superseded') THEN outcome END
         FROM (${due}) due
         WHERE ${this.isNew(campaignId, step, slots, parameters)}
         RETURNING state)
       SELECT state, count(*) AS count FROM added GROUP BY state`,
      parameters.values,
    );
    const of = (state: string) => counts.find((row) => row.state === state)?.count ?? 0;
    return { planned: of('planned'), expired: of('expired'), heldOut: of('held_out') };
  }

  /** The rows that the slots add to the ledger, as a SELECT: what is due, but for what the ledger has already. */
  newRows(
    { campaignId, definition }: Pick<ActiveCampaign, 'campaignId' | 'definition'>,
    step: Step,
    slots: readonly StepSlot[],
    parameters: SqlParameters,
  ): string {
    return `SELECT * FROM (${this.dueRows(definition, slots, parameters)}) due
      WHERE ${this.isNew(campaignId, step, slots, parameters)}`;
  }

  /** How many rows would be planned on each local day of the slots, but for those that the ledger has. */
  async countDue(
    tx: Tx,
    { campaignId, definition }: ActiveCampaign,
    step: Step,
    slots: readonly StepSlot[],
  ): Promise<{ date: string; count: number; firstAt: string }[]> {
    const parameters = new SqlParameters();
    const due = this.dueRows(definition, slots, parameters);
    const rows = await tx.query<{ date: string; count: number; firstAt: Date }[]>(
      `SELECT due.local_date AS date, count(*) AS count, min(due.due_at) AS "firstAt"
       FROM (${due}) due
       WHERE due.outcome = 'planned'
         AND ${this.isNew(campaignId, step, slots, parameters)}
       GROUP BY due.local_date ORDER BY due.local_date`,
      parameters.values,
    );
    return rows.map(({ firstAt, ...row }) => ({ ...row, firstAt: firstAt.toISOString() }));
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

  /** The condition that the ledger has no row yet for one of `due`. */
  private isNew(
    campaignId: string,
    step: Step,
    slots: readonly StepSlot[],
    parameters: SqlParameters,
  ): string {
    const dates = [...new Set(slots.map(({ anchorDate }) => anchorDate))];
    return `NOT EXISTS (SELECT FROM deliveries d
      WHERE d.campaign_id = ${parameters.add(campaignId, 'uuid')} AND d.step = ${parameters.add(step.key, 'text')}
        AND d.anchor_date = ANY(${parameters.add(dates, 'date[]')})
        AND d.subject_id = due.subject_id AND d.anchor_date = due.anchor_date)`;
  }

  private dueRows(definition: Campaign, slots: readonly StepSlot[], parameters: SqlParameters): string {
    return dueRows(definition, slots, (...of) => this.audiences.condition(...of), parameters);
  }
}
