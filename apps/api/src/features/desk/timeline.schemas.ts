import { contactClasses, deliveryStates, lines, policyStatuses } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';

export const timelineTypes = [
  'delivery',
  'policy_status',
  'policy_started',
  'event',
  'consent',
  'payment',
] as const;
export type TimelineType = (typeof timelineTypes)[number];

const at = z.iso.datetime();
const ofPolicy = { policyId: z.string(), line: z.enum(lines), product: z.string().nullable() };

const timelineItemSchema = z
  .discriminatedUnion('type', [
    z
      .object({
        type: z.literal('delivery'),
        at,
        deliveryId: z.uuid(),
        campaignKey: z.string(),
        campaignName: z.string(),
        step: z.string(),
        class: z.enum(contactClasses),
        subject: z.string().nullable(),
        state: z.enum(deliveryStates),
        reason: z.string().nullable(),
        policyId: z.string().nullable(),
        hasMessage: z.boolean(),
      })
      .meta({ id: 'DeliveryItem' }),
    z
      .object({
        type: z.literal('policy_status'),
        at,
        ...ofPolicy,
        from: z.enum(policyStatuses),
        to: z.enum(policyStatuses),
        transition: z.string(),
      })
      .meta({ id: 'PolicyStatusItem' }),
    z.object({ type: z.literal('policy_started'), at, ...ofPolicy }).meta({ id: 'PolicyStartedItem' }),
    z
      .object({
        type: z.literal('event'),
        at,
        eventId: z.string(),
        event: z.string(),
        policyId: z.string().nullable(),
        data: z.record(z.string(), z.unknown()).nullable(),
      })
      .meta({ id: 'EventItem' }),
    z
      .object({
        type: z.literal('consent'),
        at,
        topic: z.string(),
        granted: z.boolean(),
        source: z.string(),
        byCustomer: z.boolean(),
      })
      .meta({ id: 'ConsentItem' }),
    z
      .object({
        type: z.literal('payment'),
        at,
        policyId: z.string(),
        dueDate: z.iso.date(),
        amountMinor: z.int().nullable(),
        currency: z.string().nullable(),
      })
      .meta({ id: 'PaymentItem' }),
  ])
  .meta({ id: 'TimelineItem' });
export type TimelineItem = z.infer<typeof timelineItemSchema>;

export const timelinePageSchema = z
  .object({ items: z.array(timelineItemSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'TimelinePage' });

export const timelineQuerySchema = z.strictObject({
  ...pageSchema.shape,
  type: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(timelineTypes)))
    .optional(),
});
export type TimelineQuery = z.infer<typeof timelineQuerySchema>;
