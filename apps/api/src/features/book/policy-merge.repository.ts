import { Injectable } from '@nestjs/common';
import { newTermAfterDays, policyTransitions } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { PolicyClocksRepository } from './policy-clocks.repository.js';
import { fault, ImportStageRepository, type ImportCounts } from './import-stage.repository.js';
import { nextValues, type Merge, type MergeContext } from './merge.types.js';

/** The columns that take the file's value as it stands. */
const plainColumns = [
  ...['customer_id', 'line', 'product', 'status', 'start_date', 'renewal_date', 'end_date', 'premium_minor'],
  ...['currency', 'payment_mode', 'sum_insured_minor', 'time_zone', 'insured_object'],
];

/** The changes of status that can happen, for a FROM clause. */
const transitions = `(VALUES ${policyTransitions
  .map(({ from, to, name }) => `('${from}', '${to}', '${name}')`)
  .join(', ')}) AS transition (from_status, to_status, name)`;

/** Joins a staged row, its verdict, and today in the policy's zone; to be told the zones ($1) and days ($2). */
const stagedWithToday = `
  import_stage stage
  JOIN import_verdict verdict ON verdict.file_line = stage.file_line
  LEFT JOIN unnest($1::text[], $2::date[]) AS today (zone, day) ON today.zone = verdict.zone`;

/** Policies, with their terms, and the history of their status. */
@Injectable()
export class PolicyMergeRepository implements Merge {
  readonly identity = ['policy_id'];
  readonly tables = ['policies', 'closed_terms', 'policy_status_changes'];

  constructor(
    private readonly stage: ImportStageRepository,
    private readonly clocks: PolicyClocksRepository,
  ) {}

  async decide(tx: Tx, context: MergeContext): Promise<void> {
    const values = this.valuesOf(context);
    const differs = `(${Object.values(values).join(', ')})
      IS DISTINCT FROM (${Object.keys(values)
        .map((column) => `policy.${column}`)
        .join(', ')})`;
    await this.stage.decide(
      tx,
      `SELECT stage.file_line,
              CASE WHEN customer.customer_id IS NULL AND stage.customer_id IS DISTINCT FROM policy.customer_id
                   THEN ${fault('customer_id', 'stage.customer_id', 'unknown_customer', `'is no customer of the book; import the customers first'`)}
                   WHEN transition.name IS NULL AND stage.status <> policy.status
                   THEN ${fault('status', 'stage.status', 'impossible_transition', `'cannot follow ' || policy.status || ', which the policy has now'`)}
              END AS fault,
              CASE WHEN policy.policy_id IS NULL THEN 'created' WHEN ${differs} THEN 'updated' ELSE 'unchanged' END
                AS action,
              transition.name AS transition,
              -- As the domain's isRenewal has it.
              coalesce(${values['renewal_date']} - policy.renewal_date >= ${newTermAfterDays}, false) AS renewed,
              coalesce(${values['time_zone']}, 'UTC') AS zone
         FROM import_stage stage
         LEFT JOIN policies policy ON policy.policy_id = stage.policy_id
         LEFT JOIN customers customer ON customer.customer_id = stage.customer_id
               AND stage.customer_id IS DISTINCT FROM policy.customer_id
         LEFT JOIN ${transitions}
                ON transition.from_status = policy.status AND transition.to_status = stage.status
        WHERE stage.faults IS NULL`,
    );
  }

  async apply(tx: Tx, context: MergeContext, counts: ImportCounts): Promise<void> {
    if (counts.created + counts.updated === 0) return;
    const today = await this.today(tx, context);
    if (counts.updated > 0) {
      await this.closeTerms(tx);
      await this.recordStatusChanges(tx, today);
      await this.update(tx, context, today);
    }
    if (counts.created > 0) await this.create(tx, today);
  }

  async settle(tx: Tx, { now }: MergeContext): Promise<void> {
    const good = 'SELECT stage.policy_id FROM import_stage stage WHERE stage.faults IS NULL';
    await this.clocks.settleGrace(tx, `${good} AND stage.status = 'grace'`);
    await this.clocks.settleCoolingOff(tx, now, good);
  }

  /** Today in every zone that a new status needs it for. */
  private async today(tx: Tx, { now }: MergeContext): Promise<[zones: string[], days: string[]]> {
    const rows = await tx.query<{ zone: string }[]>(
      `SELECT DISTINCT zone FROM import_verdict WHERE fault IS NULL AND (action = 'created' OR transition IS NOT NULL)`,
    );
    const zones = rows.map(({ zone }) => zone);
    return [zones, zones.map((zone) => now.toZonedDateTimeISO(zone).toPlainDate().toString())];
  }

  private async closeTerms(tx: Tx): Promise<void> {
    await tx.query(`
      INSERT INTO closed_terms (policy_id, term_no, renewal_date, premium_minor, currency)
      SELECT policy.policy_id, policy.term_no, policy.renewal_date, policy.premium_minor, policy.currency
        FROM import_verdict verdict
        JOIN import_stage stage ON stage.file_line = verdict.file_line
        JOIN policies policy ON policy.policy_id = stage.policy_id
       WHERE verdict.renewed AND verdict.fault IS NULL`);
  }

  private async recordStatusChanges(tx: Tx, today: [string[], string[]]): Promise<void> {
    await tx.query(
      `INSERT INTO policy_status_changes (policy_id, from_status, to_status, transition, changed_on)
       SELECT policy.policy_id, policy.status, stage.status, verdict.transition, today.day
         FROM ${stagedWithToday}
         JOIN policies policy ON policy.policy_id = stage.policy_id
        WHERE verdict.transition IS NOT NULL AND verdict.fault IS NULL
        ORDER BY stage.file_line`,
      today,
    );
  }

  private async create(tx: Tx, today: [string[], string[]]): Promise<void> {
    const columns = ['policy_id', ...plainColumns, 'previous_premium_minor'];
    // Since when: cover that runs began with the policy; one that is over ended with it; grace is known since now.
    await tx.query(
      `INSERT INTO policies (${columns.join(', ')}, do_not_renew, status_since)
       SELECT ${columns.map((column) => `stage.${column}`).join(', ')}, coalesce(stage.do_not_renew, false),
              CASE WHEN stage.status = 'in_force' THEN stage.start_date
                   WHEN stage.status = 'grace' THEN today.day
                   WHEN stage.end_date <= today.day THEN stage.end_date END
         FROM ${stagedWithToday}
        WHERE verdict.action = 'created' AND verdict.fault IS NULL`,
      today,
    );
  }

  private async update(tx: Tx, context: MergeContext, today: [string[], string[]]): Promise<void> {
    const values = { ...this.valuesOf(context), previous_premium_minor: previousPremium('verdict.renewed') };
    await tx.query(
      `UPDATE policies policy
          SET ${Object.entries(values)
            .map(([column, value]) => `${column} = ${value}`)
            .join(', ')},
              term_no = policy.term_no + verdict.renewed::int,
              status_since = CASE WHEN verdict.transition IS NULL THEN policy.status_since ELSE today.day END,
              grace_ends_on = CASE WHEN stage.status = 'grace' THEN policy.grace_ends_on END,
              cooling_off_ends_on = CASE WHEN (stage.line, stage.start_date) = (policy.line, policy.start_date)
                                         THEN policy.cooling_off_ends_on END,
              updated_at = now()
         FROM ${stagedWithToday}
        WHERE verdict.action = 'updated' AND verdict.fault IS NULL AND policy.policy_id = stage.policy_id`,
      today,
    );
  }

  /** What an existing policy's columns become. */
  private valuesOf(context: MergeContext): Readonly<Record<string, string>> {
    return {
      ...nextValues(plainColumns, context, 'policy'),
      previous_premium_minor: previousPremium('false'),
      do_not_renew: context.columns.has('do_not_renew')
        ? 'coalesce(stage.do_not_renew, false)'
        : 'policy.do_not_renew',
    };
  }
}

/** An empty cell leaves what is known; at a renewal the premium until now becomes the previous one. */
function previousPremium(renewed: string): string {
  return `coalesce(stage.previous_premium_minor,
    CASE WHEN ${renewed} THEN policy.premium_minor ELSE policy.previous_premium_minor END)`;
}
