import { Injectable } from '@nestjs/common';
import type { Batch, PlannedOutcome } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { SqlParameters } from '../audiences/audiences.types.js';
import { PlanAheadService, type AheadCampaign, type AheadPass } from '../campaigns/plan-ahead.service.js';
import { numbersOf } from './numbers.js';

/** One row of the ledger to come, where each is told of. */
export interface DueSubject {
  subjectId: string;
  policyId: string | null;
  anchorDate: string;
}

interface BatchRow {
  zone: string;
  dueAt: Date;
  outcome: PlannedOutcome;
  doNotRenew: boolean;
  people: Buffer;
  subjects: DueSubject[] | null;
}

/** The rows that the planner would plan, read as lists of people. */
@Injectable()
export class DueBatchesRepository {
  constructor(private readonly ahead: PlanAheadService) {}

  /**
   * Everything that one pass plans over its slots, in one statement: a list of people for each moment and outcome.
   * @param withSubjects also says which policy and date each row is about
   */
  async ofPass(
    tx: Tx,
    campaign: AheadCampaign,
    pass: AheadPass,
    withSubjects: boolean,
  ): Promise<(Omit<Batch, 'lane' | 'rows'> & { subjects: DueSubject[] | null })[]> {
    const parameters = new SqlParameters();
    const subjects = `json_agg(json_build_object('subjectId', due.subject_id, 'policyId', due.policy_id,
                                                 'anchorDate', due.anchor_date))`;
    const rows = await tx.query<BatchRow[]>(
      `SELECT due.zone, due.due_at AS "dueAt", due.outcome, flagged.policy_id IS NOT NULL AS "doNotRenew",
              string_agg(int4send(person.n), ''::bytea) AS people, ${withSubjects ? subjects : 'NULL'} AS subjects
       FROM (${this.ahead.rows(campaign, pass, parameters)}) due
       JOIN simulated_people person ON person.customer_id = due.customer_id
       LEFT JOIN policies flagged ON flagged.policy_id = due.policy_id AND flagged.do_not_renew
       GROUP BY due.zone, due.due_at, due.outcome, flagged.policy_id IS NOT NULL`,
      parameters.values,
    );
    return rows.map(({ dueAt, people, ...row }) => ({
      ...row,
      dueAt: dueAt.getTime(),
      people: numbersOf(people),
    }));
  }
}
