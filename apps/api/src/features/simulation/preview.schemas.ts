import { channels, contactClasses } from '@aftercare/domain';
import { z } from 'zod';
import { mostDays } from './simulations.schemas.js';

export const previewQuerySchema = z.strictObject({
  days: z.coerce.number().int().min(1).max(mostDays).default(365),
});
export type PreviewQuery = z.infer<typeof previewQuerySchema>;

/** One message to come, and what becomes of it. */
const previewItemSchema = z.object({
  /** When it is due, and the local day on which it ends. */
  dueAt: z.iso.datetime(),
  date: z.string(),
  campaign: z.string(),
  name: z.string(),
  step: z.string(),
  /** The arm of an experiment that the customer is in. */
  variant: z.string().nullable(),
  class: z.enum(contactClasses),
  channel: z.enum(channels),
  template: z.string(),
  policyId: z.string().nullable(),
  anchorDate: z.string(),
  /** What it hangs on, in words. */
  because: z.string(),
  /** `waiting`: put off to after the days looked at. */
  outcome: z.enum(['sent', 'held_out', 'suppressed', 'expired', 'waiting']),
  reason: z.string().nullable(),
  /** The outcome and its reason in words. */
  text: z.string(),
  putOff: z.array(z.object({ at: z.iso.datetime(), reason: z.string(), until: z.iso.datetime() })),
});
export type PreviewItem = z.infer<typeof previewItemSchema>;

export const previewSchema = z
  .object({ customerId: z.string(), from: z.string(), days: z.int(), items: z.array(previewItemSchema) })
  .meta({ id: 'Preview' });
export type Preview = z.infer<typeof previewSchema>;
