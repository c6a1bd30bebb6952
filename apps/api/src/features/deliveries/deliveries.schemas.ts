import { channels, contactClasses, deliveryStates } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';
import { evidenceKinds } from '../inbound/evidence.types.js';

const instant = z.iso.datetime();
const state = z.enum(deliveryStates);
const contactClass = z.enum(contactClasses);
const channel = z.enum(channels);
const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .max(500)
    .transform((text) => text.split(','))
    .pipe(z.array(item).min(1));

const deliveryRowSchema = z
  .object({
    deliveryId: z.uuid(),
    campaignKey: z.string(),
    campaignName: z.string(),
    step: z.string(),
    customerId: z.string(),
    customerName: z.string().nullable(),
    policyId: z.string().nullable(),
    anchorDate: z.iso.date(),
    class: contactClass,
    topic: z.string(),
    channel,
    template: z.string(),
    variant: z.string().nullable().describe("The arm of its step's experiment"),
    contactOn: z.iso.date().describe("The customer's local day on which it goes"),
    mergedInto: z.uuid().nullable().describe('The delivery whose letter carries this one as well'),
    state,
    reason: z.string().nullable(),
    dueAt: instant,
    stateAt: instant,
    sentAt: instant.nullable(),
    recipient: z.string().nullable(),
    hasMessage: z.boolean(),
  })
  .meta({ id: 'DeliveryRow' });
export type DeliveryRow = z.infer<typeof deliveryRowSchema>;

export const deliveryPageSchema = z
  .object({ items: z.array(deliveryRowSchema), nextCursor: z.string().nullable(), total: z.int().nullable() })
  .meta({ id: 'DeliveryPage' });
export type DeliveryPage = z.infer<typeof deliveryPageSchema>;

const deliveryEvidenceSchema = z
  .object({
    kind: z.enum(evidenceKinds),
    source: z.string().describe('mail, or the provider whose webhook said it'),
    at: instant,
    address: z.string().nullable(),
    status: z.string().nullable().describe('RFC 3463'),
    detail: z.string().nullable().describe('What it is about: address_dead, mailbox_full, blocked …'),
    excerpt: z.string().nullable().describe('Its own words'),
    believed: z.boolean().describe('Whether it could act: signed, or naming what only the reader knows'),
  })
  .meta({ id: 'DeliveryEvidence' });

export const deliveryDetailSchema = z
  .object({
    ...deliveryRowSchema.shape,
    words: z.string().describe('What it is and why it is where it is'),
    campaignVersion: z.int(),
    expiresAt: instant,
    attempts: z.int(),
    nextAttemptAt: instant.nullable(),
    messageId: z.string().nullable(),
    smtpReply: z.string().nullable(),
    timeZone: z.string().nullable(),
    evidence: z
      .array(deliveryEvidenceSchema)
      .describe('What was reported of its message after it was handed over, oldest first'),
  })
  .meta({ id: 'DeliveryDetail' });
export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

export const deliveryMessageSchema = z
  .object({
    deliveryId: z.uuid(),
    subject: z.string(),
    from: z.string(),
    to: z.string(),
    date: instant.nullable(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    html: z.string().nullable(),
    text: z.string().nullable(),
    raw: z.string(),
    sizeBytes: z.int(),
    sha256: z.string(),
    attachments: z.array(z.object({ name: z.string().nullable(), type: z.string(), sizeBytes: z.int() })),
  })
  .meta({ id: 'DeliveryMessage' });
export type DeliveryMessage = z.infer<typeof deliveryMessageSchema>;

const deliverySorts = ['dueAt', '-dueAt', 'stateAt', '-stateAt'] as const;

export const deliveryQuerySchema = z.strictObject({
  ...pageSchema.shape,
  campaign: z.string().max(64).optional(),
  step: z.string().max(64).optional(),
  state: listOf(state).optional(),
  /** `none`: rows without a reason. */
  reason: listOf(z.string().max(64)).optional(),
  class: contactClass.optional(),
  channel: channel.optional(),
  variant: z.string().max(64).optional(),
  topic: z.string().max(64).optional(),
  customerId: z.string().max(100).optional(),
  policyId: z.string().max(100).optional(),
  dueFrom: instant.optional(),
  dueTo: instant.optional(),
  sentFrom: instant.optional(),
  sentTo: instant.optional(),
  overdue: z.literal('true').optional(),
  q: z.string().trim().max(200).optional(),
  sort: z.enum(deliverySorts).default('-dueAt'),
});
export type DeliveryQuery = z.infer<typeof deliveryQuerySchema>;
