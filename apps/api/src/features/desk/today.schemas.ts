import { contactClasses, deliveryStates, importKinds } from '@aftercare/domain';
import { z } from 'zod';

const count = z.int();

const importSummarySchema = z
  .object({
    importId: z.uuid(),
    kind: z.enum(importKinds),
    fileName: z.string(),
    dryRun: z.boolean(),
    state: z.enum(['running', 'done', 'failed']),
    received: count,
    created: count,
    updated: count,
    unchanged: count,
    rejected: count,
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ImportSummary' });

/** Worst first. */
export const stuckKinds = [
  'mail_server_down',
  'no_worker',
  'failed',
  'in_doubt',
  'overdue',
  'retrying',
  'import_failed',
] as const;

const stuckSchema = z
  .object({
    kind: z.enum(stuckKinds),
    count,
    since: z.iso.datetime().nullable(),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    campaignKey: z.string().nullable(),
    importId: z.uuid().nullable(),
  })
  .meta({ id: 'Stuck' });
export type Stuck = z.infer<typeof stuckSchema>;

export const todaySchema = z
  .object({
    now: z.iso.datetime(),
    timeZone: z.string(),
    dayFrom: z.iso.datetime(),
    dayTo: z.iso.datetime(),
    sending: z.object({
      on: z.boolean(),
      reason: z.enum(['configured_off', 'stopped', 'no_worker', 'mail_server_down']).nullable(),
      since: z.iso.datetime().nullable(),
    }),
    counts: z.object({
      dueToday: count,
      sentToday: count,
      plannedToday: count,
      suppressedToday: count,
      bouncedToday: count,
      failedToday: count,
      expiredToday: count,
      heldOutToday: count,
      inDoubt: count.describe('Of all time, not settled'),
    }),
    campaigns: z.array(
      z.object({
        key: z.string(),
        name: z.string(),
        class: z.enum(contactClasses),
        states: z.record(z.enum(deliveryStates), count),
        nextDueAt: z.iso.datetime().nullable(),
      }),
    ),
    stuck: z.array(stuckSchema),
    waiting: z.array(z.object({ kind: z.enum(['approvals', 'paused_campaigns', 'draft_campaigns']), count })),
    lastImports: z.array(importSummarySchema),
    optedOut: z.object({ today: count, week: count }),
    complaints: z.object({ today: count, week: count }),
  })
  .meta({ id: 'Today' });
export type Today = z.infer<typeof todaySchema>;
