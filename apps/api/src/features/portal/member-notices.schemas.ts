import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';

export const memberNoticeSchema = z
  .object({
    deliveryId: z.uuid(),
    subject: z.string(),
    text: z.string(),
    topic: z.string(),
    policyId: z.string().nullable(),
    publishedAt: z.iso.datetime(),
    readAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'MemberNotice' });
export type MemberNotice = z.infer<typeof memberNoticeSchema>;

export const memberNoticePageSchema = z
  .object({ items: z.array(memberNoticeSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'MemberNoticePage' });

export const memberNoticeQuerySchema = z.strictObject({
  ...pageSchema.shape,
  unread: z.literal('true').optional(),
});
export type MemberNoticeQuery = z.infer<typeof memberNoticeQuerySchema>;
