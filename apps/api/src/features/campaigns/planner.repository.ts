import { Injectable } from '@nestjs/common';
import type { Temporal } from 'temporal-polyfill';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';
import type { Tx } from '../../platform/database/tx.js';
import type { PlanCounts } from './campaigns.types.js';
import { dueRows, type DueRows } from './due-rows.js';
import type { RunningVersion } from './running-versions.repository.js';
import { passesOf } from './step-slots.js';

/** A version to be planned, or to be looked at as if it were. */
export type PlannedVersion = Pick<RunningVersion, 'campaignId' | 'version' | 'definition'> &
  Partial<Pick<RunningVersion, 'running' | 'finishing'>>;

/** What holds for the whole book and all campaigns. */
export interface PlanSetting {
  /** Every zone that somebody in the book lives by, and UTC for those who have none. */
  zones: string[];
  /** The share of customers who get no marketing at all. */
  globalHoldout: number;
}

/** The slots that a version is planned in, and how. */
export type DueSlots = Omit<DueRows, 'campaign'>;

/** The planner's statements. None of them is run once per row. */
@Injectable()
export class PlannerRepository {
  constructor(private readonly audiences: AudiencesService) {}

  async setting(tx: Tx): Promise<PlanSetting> {
    // Leaps from one zone of the index to the next: reading a million rows for a few dozen names takes a second.
    const [row] = await tx.query<[PlanSetting]>(`
      WITH RECURSIVE of_customers (zone) AS (
        SELECT min(time_zone) FROM customers
        UNION ALL
        SELECT (SELECT min(time_zone) FROM customers WHERE time_zone > zone) FROM of_customers WHERE zone IS NOT NULL
      ), of_policies (zone) AS (
        SELECT min(time_zone) FROM policies
        UNION ALL
        SELECT (SELECT min(time_zone) FROM policies WHERE time_zone > zone) FROM of_policies WHERE zone IS NOT NULL
      )
      SELECT ARRAY(SELECT zone FROM of_customers WHERE zone IS NOT NULL
                   UNION SELECT zone FROM of_policies WHERE zone IS NOT NULL
                   UNION SELECT 'UTC'
                   ORDER BY zone) AS zones,
             (SELECT global_holdout FROM contact_limits) AS "globalHoldout"`);
    return row;
  }

  /** When an import last changed the book, null when none ever has. */
  async bookChangedAt(tx: Tx): Promise<Date | null> {
    const [row] = await tx.query<{ at: Date | null }[]>(
      `SELECT max(finished_at) AS at FROM imports WHERE NOT dry_run AND created + updated > 0`,
    );
    return row!.at;
  }

  /**
   * Adds what is due in the slots to the ledger. Rows that it has already stay as they are: they are looked for
   * beforehand, for the campaign is held and nobody can add one meanwhile. ON CONFLICT would look twice for each; and
   * where the ledger has nothing of these dates, nothing is looked for.
   */
  async addDue(
    tx: Tx,
    version: PlannedVersion,
    slots: DueSlots,
    asOf: Temporal.Instant,
  ): Promise<PlanCounts> {
    const { definition } = version;
    const parameters = new SqlParameters();
    const hasRows = await this.hasRows(tx, version.campaignId, slots);
    if (!hasRows && version.running === 'finishing') return { planned: 0, expired: 0, heldOut: 0 };
    const due = hasRows ? this.newRows(version, slots, parameters) : this.allRows(version, slots, parameters);
    const fixed = [
      parameters.add(version.campaignId, 'uuid'),
      parameters.add(version.version, 'int'),
      parameters.add(definition.class, 'text'),
      parameters.add(definition.topic, 'text'),
      parameters.add(definition.priority, 'int'),
      parameters.add(asOf.toString(), 'timestamptz'),
    ];
    const passes = passesOf(definition);
    const ofPass = (values: unknown[]) => `(${parameters.add(values, 'text[]')})[due.pass + 1]`;
    const window = `make_interval(hours => ${parameters.add(definition.catchUpHours, 'int')})`;
    const counts = await tx.query<{ state: string; count: number }[]>(
      `WITH added AS (
         INSERT INTO deliveries (campaign_id, campaign_version, class, topic, priority, state_at, step, channel, template,
                                 variant, subject_id, contact_on, anchor_date, customer_id, policy_id, term_no, due_at,
                                 expires_at, state, reason)
         SELECT ${fixed.join(', ')}, step, ${ofPass(passes.map(({ step }) => step.channel))},
                ${ofPass(passes.map(({ template }) => template))},
                ${ofPass(passes.map(({ arm }) => arm?.variant.key ?? null))},
                subject_id, local_date, anchor_date, customer_id, policy_id, term_no, due_at, due_at + ${window},
                CASE WHEN outcome IN ('missed_window', 'superseded') THEN 'expired'
                     WHEN outcome = 'global_holdout' THEN 'held_out' ELSE outcome END,
                CASE WHEN outcome IN ('missed_window', 'superseded', 'global_holdout') THEN outcome END
         FROM (${due}) due
         -- The keys of a large index arrive in its own order, not as pages here and there.
         ORDER BY subject_id
         RETURNING state)
       SELECT state, count(*) AS count FROM added GROUP BY state`,
      parameters.values,
    );
    const of = (state: string) => counts.find((row) => row.state === state)?.count ?? 0;
    return { planned: of('planned'), expired: of('expired'), heldOut: of('held_out') };
  }

  /** How many rows would be planned of each step on each local day of the slots, but for those the ledger has. */
  async countDue(
    tx: Tx,
    version: PlannedVersion,
    slots: DueSlots,
  ): Promise<{ step: string; date: string; count: number; firstAt: string }[]> {
    const parameters = new SqlParameters();
    const rows = await tx.query<{ step: string; date: string; count: number; firstAt: Date }[]>(
      `SELECT step, local_date AS date, count(*) AS count, min(due_at) AS "firstAt"
       FROM (${this.newRows(version, slots, parameters)}) due
       WHERE outcome = 'planned'
       GROUP BY step, local_date ORDER BY step, local_date`,
      parameters.values,
    );
    return rows.map(({ firstAt, ...row }) => ({ ...row, firstAt: firstAt.toISOString() }));
  }

  /**
   * The rows that the ledger does not have yet, as a SELECT of what {@link dueRows} gives, of the people that the
   * version takes.
   */
  newRows(version: PlannedVersion, slots: DueSlots, parameters: SqlParameters): string {
    const { campaignId, definition, running, finishing = [] } = version;
    const due = this.allRows(version, slots, parameters);
    const campaign = parameters.add(campaignId, 'uuid');
    const dates = parameters.add([...new Set(slots.slots.map(({ anchorDate }) => anchorDate))], 'date[]');
    // OFFSET 0 makes it a look-up by the whole key for each row. As a join, PostgreSQL may read all that the campaign
    // has in the ledger for each, which it takes for nothing as long as the campaign is new to its statistics.
    const row = (condition: string) => `EXISTS (SELECT FROM deliveries d
      WHERE d.campaign_id = ${campaign} AND d.anchor_date = ANY(${dates})
        AND d.subject_id = due.subject_id AND d.anchor_date = due.anchor_date AND ${condition} OFFSET 0)`;
    const ofVersion = (of: { version: number; steps: string[] }) =>
      row(`d.step = ANY(${parameters.add(of.steps, 'text[]')})
        AND d.campaign_version = ${parameters.add(of.version, 'int')}`);
    const steps = definition.steps.map(({ key }) => key);
    const conditions = [
      `NOT ${row('d.step = due.step')}`,
      ...(running === 'finishing'
        ? [ofVersion({ version: version.version, steps })]
        : finishing.map((other) => `NOT ${ofVersion(other)}`)),
    ];
    return `SELECT * FROM (${due}) due WHERE ${conditions.join('\n      AND ')}`;
  }

  private allRows({ definition }: PlannedVersion, slots: DueSlots, parameters: SqlParameters): string {
    const asked = { ...slots, campaign: definition };
    return dueRows(asked, (...of) => this.audiences.condition(...of), parameters);
  }

  /** Whether the ledger has anything of a campaign on the dates of some slots. */
  private async hasRows(tx: Tx, campaignId: string, { slots }: DueSlots): Promise<boolean> {
    const [row] = await tx.query<[{ found: boolean }]>(
      `SELECT EXISTS (SELECT FROM deliveries WHERE campaign_id = $1 AND anchor_date = ANY($2::date[])) AS found`,
      [campaignId, [...new Set(slots.map(({ anchorDate }) => anchorDate))]],
    );
    return row.found;
  }
}
