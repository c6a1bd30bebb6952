import { Injectable } from '@nestjs/common';
import { coolingOffEndsOn, graceEndsOn, type Line, type PaymentMode } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { Tx } from '../../platform/database/tx.js';

/**
 * A policy that began so many days ago is past every period of cooling-off, and past whatever a campaign may still
 * send about one: 30 days and the 90 of the longest catch-up.
 */
const coolingOffConcernsDays = 120;

/**
 * When the grace and the cooling-off of policies end. The rules of the policyholder's region say, in the domain; here
 * it is asked once for all policies whose answer is the same, and written where it is another than before.
 *
 * The policies in question stand in a table with statistics of its own: they are few among many, and by a guess that
 * they were many, or the others none, the database would look for each among all.
 */
@Injectable()
export class PolicyClocksRepository {
  /**
   * Settles the last day of grace of those of some policies that are in grace. Grace began with the oldest unpaid
   * instalment, or, where the book knows of none, when the policy was said to be in grace. That day is taken for the
   * beginning of its status too where no history says otherwise: the policy came into the book in grace.
   *
   * @param policies SQL that selects policy_id
   */
  async settleGrace(tx: Tx, policies: string): Promise<void> {
    await tx.query(`
      CREATE TEMP TABLE import_grace ON COMMIT DROP AS
      SELECT policy.policy_id, policy.line, coalesce(missed.due_date, policy.status_since) AS grace_from,
             coalesce(customer.region, '') AS region, coalesce(policy.payment_mode, '') AS mode,
             policy.grace_ends_on AS known
        FROM policies policy
        JOIN customers customer ON customer.customer_id = policy.customer_id
        LEFT JOIN LATERAL (
               SELECT min(due_date) AS due_date FROM instalments
                WHERE policy_id = policy.policy_id AND paid_at IS NULL AND due_date <= policy.status_since
             ) missed ON true
       WHERE policy.status = 'grace' AND policy.policy_id IN (${policies})`);
    await tx.query('ANALYZE import_grace');
    const kinds = await tx.query<
      { line: Line; grace_from: string; region: string; mode: PaymentMode | ''; known: string | null }[]
    >('SELECT DISTINCT line, grace_from, region, mode, known FROM import_grace');
    const changed = kinds
      .map((kind) => {
        const { line, grace_from: from, region, mode } = kind;
        return { ...kind, day: graceEndsOn(line, from, region, mode === '' ? null : mode) };
      })
      .filter(({ day, known }) => day !== known);
    if (changed.length === 0) return;
    await tx.query(
      `UPDATE policies policy
          SET grace_ends_on = ends.day,
              status_since = CASE WHEN EXISTS (SELECT FROM policy_status_changes WHERE policy_id = policy.policy_id)
                                  THEN policy.status_since ELSE ends.grace_from END
         FROM import_grace
         JOIN unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::date[])
           AS ends (line, grace_from, region, mode, day) USING (line, grace_from, region, mode)
        WHERE policy.policy_id = import_grace.policy_id AND policy.grace_ends_on IS DISTINCT FROM ends.day`,
      [
        changed.map(({ line }) => line),
        changed.map(({ grace_from: from }) => from),
        changed.map(({ region }) => region),
        changed.map(({ mode }) => mode),
        changed.map(({ day }) => day),
      ],
    );
  }

  /**
   * Settles the last day of cooling-off of those of some policies that began of late or are yet to begin. What is
   * known of older ones stays.
   *
   * @param policies SQL that selects policy_id
   */
  async settleCoolingOff(tx: Tx, now: Temporal.Instant, policies: string): Promise<void> {
    const since = now.toZonedDateTimeISO('UTC').toPlainDate().subtract({ days: coolingOffConcernsDays });
    await tx.query(`
      CREATE TEMP TABLE import_young ON COMMIT DROP AS
      SELECT policy.policy_id, policy.line, policy.start_date, coalesce(customer.region, '') AS region,
             policy.cooling_off_ends_on AS known
        FROM policies policy
        JOIN customers customer ON customer.customer_id = policy.customer_id
       WHERE policy.start_date >= '${since.toString()}' AND policy.policy_id IN (${policies})`);
    await tx.query('ANALYZE import_young');
    const kinds = await tx.query<{ line: Line; start_date: string; region: string; known: string | null }[]>(
      'SELECT DISTINCT line, start_date, region, known FROM import_young',
    );
    const changed = kinds
      .map((kind) => ({ ...kind, day: coolingOffEndsOn(kind.start_date, kind.line, kind.region) }))
      .filter(({ day, known }) => day !== known);
    if (changed.length === 0) return;
    await tx.query(
      `UPDATE policies policy SET cooling_off_ends_on = ends.day
         FROM import_young
         JOIN unnest($1::text[], $2::date[], $3::text[], $4::date[]) AS ends (line, start_date, region, day)
              USING (line, start_date, region)
        WHERE policy.policy_id = import_young.policy_id AND policy.cooling_off_ends_on IS DISTINCT FROM ends.day`,
      [
        changed.map(({ line }) => line),
        changed.map(({ start_date: start }) => start),
        changed.map(({ region }) => region),
        changed.map(({ day }) => day),
      ],
    );
  }
}
