import { Injectable } from '@nestjs/common';
import { coolingOffEndsOn, graceEndsOn, type Line, type PaymentMode } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { Tx } from '../../platform/database/tx.js';

/**
 * A policy that began so many days ago is past every period of cooling-off, and past whatever a campaign may still
 * send about one.
 */
const coolingOffConcernsDays = 180;

/**
 * When the grace and the cooling-off of policies end. The rules of the policyholder's region say, in the domain; here
 * it is asked once for all policies whose answer is the same.
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
    const inGrace = `
      SELECT policy.policy_id, policy.line, coalesce(missed.due_date, policy.status_since) AS grace_from,
             coalesce(customer.region, '') AS region, coalesce(policy.payment_mode, '') AS mode
        FROM policies policy
        JOIN customers customer ON customer.customer_id = policy.customer_id
        LEFT JOIN LATERAL (
               SELECT min(due_date) AS due_date FROM instalments
                WHERE policy_id = policy.policy_id AND paid_at IS NULL AND due_date <= policy.status_since
             ) missed ON true
       WHERE policy.status = 'grace' AND policy.policy_id IN (${policies})`;
    const kinds = await tx.query<
      { line: Line; grace_from: string; region: string; mode: PaymentMode | '' }[]
    >(`SELECT DISTINCT line, grace_from, region, mode FROM (${inGrace}) in_grace`);
    if (kinds.length === 0) return;
    await tx.query(
      `UPDATE policies policy
          SET grace_ends_on = ends.day,
              status_since = CASE WHEN EXISTS (SELECT FROM policy_status_changes WHERE policy_id = policy.policy_id)
                                  THEN policy.status_since ELSE ends.grace_from END
         FROM (${inGrace}) in_grace
         JOIN unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::date[])
           AS ends (line, grace_from, region, mode, day) USING (line, grace_from, region, mode)
        WHERE policy.policy_id = in_grace.policy_id AND policy.grace_ends_on IS DISTINCT FROM ends.day`,
      [
        kinds.map(({ line }) => line),
        kinds.map(({ grace_from: from }) => from),
        kinds.map(({ region }) => region),
        kinds.map(({ mode }) => mode),
        kinds.map(({ line, grace_from: from, region, mode }) =>
          graceEndsOn(line, from, region, mode === '' ? null : mode),
        ),
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
    const young = `
      SELECT policy.policy_id, policy.line, policy.start_date, coalesce(customer.region, '') AS region
        FROM policies policy
        JOIN customers customer ON customer.customer_id = policy.customer_id
       WHERE policy.start_date >= '${since.toString()}' AND policy.policy_id IN (${policies})`;
    const kinds = await tx.query<{ line: Line; start_date: string; region: string }[]>(
      `SELECT DISTINCT line, start_date, region FROM (${young}) young`,
    );
    if (kinds.length === 0) return;
    await tx.query(
      `UPDATE policies policy SET cooling_off_ends_on = ends.day
         FROM (${young}) young
         JOIN unnest($1::text[], $2::date[], $3::text[], $4::date[]) AS ends (line, start_date, region, day)
              USING (line, start_date, region)
        WHERE policy.policy_id = young.policy_id AND policy.cooling_off_ends_on IS DISTINCT FROM ends.day`,
      [
        kinds.map(({ line }) => line),
        kinds.map(({ start_date: start }) => start),
        kinds.map(({ region }) => region),
        kinds.map(({ line, start_date: start, region }) => coolingOffEndsOn(start, line, region)),
      ],
    );
  }
}
