import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { PersonName } from '../../platform/auth/names.js';
import type { Tx } from '../../platform/database/tx.js';
import type { CloseTask, StaffTask, TaskQuery } from './tasks.schemas.js';

export interface TaskRow extends PersonName, Omit<StaffTask, 'customerName' | 'openedAt' | 'closedAt'> {
  openedAt: Date;
  closedAt: Date | null;
}

const select = `
  SELECT t.task_id AS "taskId", t.delivery_id AS "deliveryId", c.key AS "campaignKey", c.name AS "campaignName",
         t.customer_id AS "customerId", u.given_name AS "givenName", u.family_name AS "familyName",
         t.policy_id AS "policyId", t.title, t.instructions, t.due_on AS "dueOn", t.state, t.outcome,
         t.opened_at AS "openedAt", t.closed_at AS "closedAt", coalesce(s.name, t.closed_by) AS "closedBy"
    FROM staff_tasks t
    JOIN campaigns c USING (campaign_id)
    JOIN customers u USING (customer_id)
    LEFT JOIN staff_users s ON s.id::text = t.closed_by`;

/** Reads and closes tasks; dispatch writes them, with the ledger row they are for. */
@Injectable()
export class TasksRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The soonest due first. */
  list(
    { state, customerId }: Pick<TaskQuery, 'state' | 'customerId'>,
    page: { after: readonly [dueOn: string, taskId: string] | null; limit: number },
  ): Promise<TaskRow[]> {
    return this.dataSource.query<TaskRow[]>(
      `${select}
        WHERE ($1::text IS NULL OR t.state = $1) AND ($2::text IS NULL OR t.customer_id = $2)
          AND ($3::date IS NULL OR (t.due_on, t.task_id) > ($3, $4::uuid))
        ORDER BY t.due_on, t.task_id
        LIMIT $5`,
      [state ?? null, customerId ?? null, ...(page.after ?? [null, null]), page.limit],
    );
  }

  /** A task, held against others until the transaction ends. */
  async lock(tx: Tx, taskId: string): Promise<TaskRow | null> {
    const [row] = await tx.query<TaskRow[]>(`${select} WHERE t.task_id = $1 FOR UPDATE OF t`, [taskId]);
    return row ?? null;
  }

  async close(tx: Tx, taskId: string, { state, outcome }: CloseTask, by: string, at: Date): Promise<void> {
    await tx.query(
      `UPDATE staff_tasks SET state = $2, outcome = $3, closed_by = $4, closed_at = $5 WHERE task_id = $1`,
      [taskId, state, outcome, by, at],
    );
  }
}
