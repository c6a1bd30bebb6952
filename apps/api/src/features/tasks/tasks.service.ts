import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AuditService } from '../../platform/audit/audit.service.js';
import type { StaffUser } from '../../platform/auth/access.decorator.js';
import { fullName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { decodeCursor, encodeCursor, type Page } from '../../platform/http/cursor.js';
import { notFound, ProblemError } from '../../platform/http/problem.js';
import { TasksRepository, type TaskRow } from './tasks.repository.js';
import type { CloseTask, StaffTask, TaskQuery } from './tasks.schemas.js';

const cursorSchema = z.tuple([z.iso.date(), z.uuid()]);

/** What campaigns ask a person of the staff to do, and what came of it. An open task keeps marketing away from the customer. */
@Injectable()
export class TasksService {
  constructor(
    private readonly repository: TasksRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** The soonest due first. */
  async list(query: TaskQuery): Promise<Page<StaffTask>> {
    const rows = await this.repository.list(query, {
      after: query.cursor === undefined ? null : decodeCursor(cursorSchema, query.cursor),
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return { items: page.map(taskOf), nextCursor: last ? encodeCursor([last.dueOn, last.taskId]) : null };
  }

  /**
   * Closes an open task with what came of it.
   * @throws ProblemError `not_found`; `task_closed` when somebody has closed it before
   */
  async close(taskId: string, closing: CloseTask, by: StaffUser): Promise<StaffTask> {
    return this.transactions.run(async (tx) => {
      const task = await this.repository.lock(tx, taskId);
      if (!task) throw notFound('task');
      if (task.state !== 'open') {
        throw new ProblemError(
          'task_closed',
          409,
          `The task was closed before: ${task.outcome ?? task.state}.`,
        );
      }
      const at = new Date(this.clock.now().epochMilliseconds);
      await this.repository.close(tx, taskId, closing, by.userId, at);
      await this.audit.record(tx, {
        actor: by.userId,
        action: `task.${closing.state}`,
        subject: `task:${taskId}`,
        detail: { customerId: task.customerId, deliveryId: task.deliveryId, outcome: closing.outcome },
      });
      return { ...taskOf(task), ...closing, closedAt: at.toISOString(), closedBy: by.name };
    });
  }
}

function taskOf({ givenName, familyName, openedAt, closedAt, ...row }: TaskRow): StaffTask {
  return {
    ...row,
    customerName: fullName({ givenName, familyName }),
    openedAt: openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}
