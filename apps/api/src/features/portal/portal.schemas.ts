import { contactClasses, lines, policyStatuses } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';
import { memberPolicySchema } from './portal.types.js';

export const attentionKinds = ['grace', 'payment_overdue', 'lapsed', 'payment_due', 'renewal'] as const;

const attentionSchema = z
  .object({
    kind: z.enum(attentionKinds),
    policyId: z.string(),
    line: z.enum(lines),
    product: z.string().nullable(),
    policyNumberMasked: z.string(),
    date: z.iso.date(),
    daysLeft: z.int().describe('Negative when the date is past'),
    amountMinor: z.int().nullable(),
    previousAmountMinor: z.int().nullable(),
    currency: z.string().nullable(),
  })
  .meta({ id: 'Attention' });
export type Attention = z.infer<typeof attentionSchema>;

const memberMessageSchema = z
  .object({
    deliveryId: z.uuid(),
    subject: z.string(),
    topic: z.string(),
    class: z.enum(contactClasses),
    policyId: z.string().nullable(),
    sentAt: z.iso.datetime(),
  })
  .meta({ id: 'MemberMessage' });
export type MemberMessage = z.infer<typeof memberMessageSchema>;

export const memberMessagePageSchema = z
  .object({ items: z.array(memberMessageSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'MemberMessagePage' });

export const memberMessageDetailSchema = memberMessageSchema
  .extend({
    from: z.string(),
    to: z.string(),
    html: z.string().nullable(),
    text: z.string().nullable(),
  })
  .meta({ id: 'MemberMessageDetail' });
export type MemberMessageDetail = z.infer<typeof memberMessageDetailSchema>;

export const memberHomeSchema = z
  .object({
    givenName: z.string().nullable(),
    displayName: z.string(),
    today: z.iso.date(),
    attention: z.array(attentionSchema),
    messages: z.array(memberMessageSchema),
    policies: z.object({
      current: z.int(),
      nextRenewal: z
        .object({
          policyId: z.string(),
          line: z.enum(lines),
          product: z.string().nullable(),
          date: z.iso.date(),
        })
        .nullable(),
    }),
  })
  .meta({ id: 'MemberHome' });
export type MemberHome = z.infer<typeof memberHomeSchema>;

export const memberPolicyPageSchema = z
  .object({ items: z.array(memberPolicySchema), nextCursor: z.string().nullable() })
  .meta({ id: 'MemberPolicyPage' });

const moneySchema = z.int().nullable();

export const memberPolicyDetailSchema = memberPolicySchema
  .extend({
    instalments: z.array(
      z.object({
        dueDate: z.iso.date(),
        amountMinor: moneySchema,
        currency: z.string().nullable(),
        paidAt: z.iso.datetime().nullable(),
        state: z.enum(['paid', 'due', 'overdue']),
      }),
    ),
    terms: z.array(
      z.object({
        termNo: z.int(),
        renewalDate: z.iso.date().nullable(),
        premiumMinor: moneySchema,
        currency: z.string().nullable(),
        current: z.boolean(),
      }),
    ),
    history: z.array(
      z.object({
        on: z.iso.date(),
        from: z.enum(policyStatuses),
        to: z.enum(policyStatuses),
        transition: z.string(),
      }),
    ),
    messages: z.array(memberMessageSchema),
  })
  .meta({ id: 'MemberPolicyDetail' });
export type MemberPolicyDetail = z.infer<typeof memberPolicyDetailSchema>;

export const memberPolicyQuerySchema = z.strictObject({
  ...pageSchema.shape,
  when: z.enum(['current', 'past']).optional(),
});
export type MemberPolicyQuery = z.infer<typeof memberPolicyQuerySchema>;

export const memberMessageQuerySchema = z.strictObject({
  ...pageSchema.shape,
  q: z.string().trim().max(200).optional(),
  topic: z.string().max(100).optional(),
});
export type MemberMessageQuery = z.infer<typeof memberMessageQuerySchema>;
