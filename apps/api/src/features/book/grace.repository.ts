import { Injectable } from '@nestjs/common';
import { graceEndsOn, type Line } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';

/** When the grace of policies ends. The domain says; here it is asked once for each line and first day. */
@Injectable()
export class GraceRepository {
  /**
   * Settles the last day of grace of those of some policies that are in grace. Grace began with the oldest unpaid
   * instalment, or, where the book knows of none, when the policy was said to be in grace. That day is taken for the
   * beginning of its status too where no history says otherwise: the policy came into the book in grace.
   *
   * @param policies SQL that selects policy_id
   */
  async settle(tx: Tx, policies: string): Promise<void> {
    const inGrace = `
      SELECT policy.policy_id, policy.line, coalesce(missed.due_date, policy.status_since) AS grace_from
        FROM policies policy
        LEFT JOIN LATERAL (
               SELECT min(due_date) AS due_date FROM instalments
                WHERE policy_id = policy.policy_id AND paid_at IS NULL AND due_date <= policy.status_since
             ) missed ON true
       WHERE policy.status = 'grace' AND policy.policy_id IN (${policies})`;
    const kinds = await tx.query<{ line: Line; grace_from: string }[]>(
      `SELECT DISTINCT line, grace_from FROM (${inGrace}) in_grace`,
    );
    if (kinds.length === 0) return;
    await tx.query(
      `UPDATE policies policy
          SET grace_ends_on = ends.day,
              status_since = CASE WHEN EXISTS (SELECT FROM policy_status_changes WHERE policy_id = policy.policy_id)
                                  THEN policy.status_since ELSE ends.grace_from END
         FROM (${inGrace}) in_grace
         JOIN unnest($1::text[], $2::date[], $3::date[]) AS ends (line, grace_from, day)
           ON ends.line = in_grace.line AND ends.grace_from = in_grace.grace_from
        WHERE policy.policy_id = in_grace.policy_id AND policy.grace_ends_on IS DISTINCT FROM ends.day`,
      [
        kinds.map(({ line }) => line),
        kinds.map(({ grace_from: from }) => from),
        kinds.map(({ line, grace_from: from }) => graceEndsOn(line, from)),
      ],
    );
  }
}
