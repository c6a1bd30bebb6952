import { contactClasses } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';

const instant = z.iso.datetime();
const reason = z.string().trim().min(1).max(500);

export const suppressionSchema = z
  .object({
    suppressionId: z.int(),
    address: z.string(),
    class: z
      .enum(contactClasses)
      .nullable()
      .describe('null: marketing and service alike. Legal notices always go.'),
    reason: z.string().describe('hard_bounce, soft_bounces, complaint, or what somebody wrote'),
    evidence: z.string().nullable().describe('The words of the mail server or of the provider'),
    createdAt: instant,
    createdBy: z.string(),
    liftedAt: instant.nullable(),
    liftedBy: z.string().nullable(),
    liftedReason: z.string().nullable(),
  })
  .meta({ id: 'Suppression' });
export type Suppression = z.infer<typeof suppressionSchema>;

export const suppressionPageSchema = z
  .object({ items: z.array(suppressionSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'SuppressionPage' });

export const suppressionQuerySchema = z.strictObject({
  ...pageSchema.shape,
  address: z.string().trim().min(1).max(320).optional(),
  reason: z.string().max(500).optional(),
  lifted: z.enum(['true', 'false']).default('false'),
});
export type SuppressionQuery = z.infer<typeof suppressionQuerySchema>;

export const newSuppressionSchema = z
  .strictObject({
    address: z.string().trim().min(3).max(320),
    class: z.enum(['marketing', 'service']).nullable().default(null),
    reason,
  })
  .meta({ id: 'NewSuppression' });
export type NewSuppression = z.infer<typeof newSuppressionSchema>;

export const liftSuppressionSchema = z.strictObject({ reason }).meta({ id: 'LiftSuppression' });
