import { campaignStates, channels, contactClasses, deliveryStates } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';

const instant = z.iso.datetime();
const count = z.int();
const contactClass = z.enum(contactClasses);

const campaignRowSchema = z
  .object({
    key: z.string(),
    name: z.string(),
    class: contactClass,
    topic: z.string(),
    subject: z.enum(['policy', 'customer']),
    priority: z.int(),
    state: z.enum(campaignStates),
    version: z.int().meta({ description: 'The latest one.' }),
    activeVersion: z.int().nullable(),
    stepCount: count,
    activatedAt: instant.nullable(),
    updatedAt: instant,
    nextDueAt: instant.nullable().meta({ description: 'When the earliest row that is still open is due.' }),
    counts: z.object({
      audience: count,
      open: count,
      sent: count,
      suppressed: count,
      heldOut: count,
      other: count,
    }),
  })
  .meta({ id: 'CampaignRow' });
export type CampaignRow = z.infer<typeof campaignRowSchema>;

export const campaignPageSchema = z
  .object({ items: z.array(campaignRowSchema), nextCursor: z.string().nullable(), total: z.int() })
  .meta({ id: 'CampaignPage' });
export type CampaignPage = z.infer<typeof campaignPageSchema>;

const sortKeys = ['name', 'priority', 'nextDueAt', 'updatedAt'] as const;
export type CampaignSortKey = (typeof sortKeys)[number];

export const campaignQuerySchema = z.strictObject({
  ...pageSchema.shape,
  q: z.string().trim().max(200).optional(),
  state: z.enum(campaignStates).optional(),
  class: contactClass.optional(),
  sort: z.enum([...sortKeys, ...sortKeys.map((key) => `-${key}` as const)]).default('name'),
});
export type CampaignQuery = z.infer<typeof campaignQuerySchema>;

const perState = z.object(
  Object.fromEntries(deliveryStates.map((state) => [state, count])) as Record<
    (typeof deliveryStates)[number],
    typeof count
  >,
);

export const campaignDetailSchema = z
  .object({
    ...campaignRowSchema.shape,
    definition: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The campaign file as it runs; while none is active, the latest.' }),
    audienceText: z.string(),
    exitText: z.string().nullable(),
    contentHash: z.string(),
    pausedReason: z
      .object({ code: z.string(), text: z.string() })
      .nullable()
      .meta({ description: 'Why it is paused, where nobody paused it by hand.' }),
    heldOut: z
      .object({ campaign: count, global: count })
      .meta({ description: 'Held out by its own holdout, and by the one over all marketing.' }),
    steps: z.array(
      z.object({
        step: z.string(),
        offsetDays: z.int(),
        at: z.string(),
        channel: z.enum(channels),
        template: z.string(),
        whenText: z.string().nullable().meta({ description: 'The condition of this step alone, in words.' }),
        arms: z
          .array(
            z.object({
              ...{ key: z.string(), share: z.number(), at: z.string(), template: z.string() },
              states: perState,
            }),
          )
          .meta({
            description: 'The arms of an experiment and what became of their rows; none without one.',
          }),
        plannedUntil: instant.nullable(),
        open: count,
        sent: count,
        nextDueAt: instant.nullable().meta({
          description: 'Of the earliest open row, else when the step will next have somebody to write to.',
        }),
      }),
    ),
    versions: z.array(
      z.object({
        version: z.int(),
        contentHash: z.string(),
        createdBy: z.string(),
        createdAt: instant,
        active: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'CampaignDetail' });
export type CampaignDetail = z.infer<typeof campaignDetailSchema>;

export const campaignUpcomingSchema = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    days: z.array(z.object({ date: z.iso.date(), steps: z.array(z.object({ step: z.string(), count })) })),
  })
  .meta({ id: 'CampaignUpcoming' });
export type CampaignUpcoming = z.infer<typeof campaignUpcomingSchema>;

export const upcomingQuerySchema = z.strictObject({
  days: z.coerce.number().int().min(1).max(60).default(14),
});

export const funnelSchema = z
  .object({
    audience: count,
    states: perState,
    reasons: z.array(z.object({ state: z.enum(deliveryStates), reason: z.string().nullable(), count })),
    balanced: z.boolean(),
    steps: z.array(z.object({ step: z.string(), audience: count, states: perState })),
  })
  .meta({ id: 'Funnel' });

export const funnelQuerySchema = z.strictObject({
  dueFrom: instant.optional(),
  dueTo: instant.optional(),
  step: z.string().max(64).optional(),
});
export type FunnelQuery = z.infer<typeof funnelQuerySchema>;

export const campaignStateSchema = z
  .object({ key: z.string(), state: z.enum(campaignStates) })
  .meta({ id: 'CampaignStateChange' });
export const campaignStoppedSchema = z
  .object({ ...campaignStateSchema.shape, cancelled: count })
  .meta({ id: 'CampaignStopped' });
