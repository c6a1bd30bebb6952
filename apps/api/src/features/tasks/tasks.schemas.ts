import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';

const taskStates = ['open', 'done', 'cancelled'] as const;

export const taskSchema = z
  .object({
    taskId: z.uuid(),
    deliveryId: z.uuid(),
    campaignKey: z.string(),
    campaignName: z.string(),
    customerId: z.string(),
    customerName: z.string().nullable(),
    policyId: z.string().nullable(),
    title: z.string(),
    instructions: z.string(),
    dueOn: z.iso.date().describe("The customer's local day on which it is to be done"),
    state: z.enum(taskStates),
    outcome: z.string().nullable(),
    openedAt: z.iso.datetime(),
    closedAt: z.iso.datetime().nullable(),
    closedBy: z.string().nullable().describe('The name of whoever closed it'),
  })
  .meta({ id: 'StaffTask' });
export type StaffTask = z.infer<typeof taskSchema>;

export const taskPageSchema = z
  .object({ items: z.array(taskSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'StaffTaskPage' });

export const taskQuerySchema = z.strictObject({
  ...pageSchema.shape,
  state: z.enum(taskStates).optional(),
  customerId: z.string().max(100).optional(),
});
export type TaskQuery = z.infer<typeof taskQuerySchema>;

export const closeTaskSchema = z
  .strictObject({
    state: z.enum(['done', 'cancelled']),
    outcome: z.string().trim().min(1).max(500).describe('What came of it, or why it was not done'),
  })
  .meta({ id: 'CloseTask' });
export type CloseTask = z.infer<typeof closeTaskSchema>;
