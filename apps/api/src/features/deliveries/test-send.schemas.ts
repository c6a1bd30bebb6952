import { lines } from '@aftercare/domain';
import { locales } from '@aftercare/notifications';
import { z } from 'zod';

export const testSendSchema = z.strictObject({
  version: z.int().positive().optional().describe('The latest where it is left out, a draft included.'),
  step: z.string().max(64).optional().describe('The first step that is a letter, where it is left out.'),
  variant: z.string().max(64).optional(),
  locale: z.enum(locales).default('en'),
  line: z.enum(lines).default('motor'),
});
export type TestSend = z.infer<typeof testSendSchema>;

export const testSentSchema = z
  .object({ to: z.string(), version: z.int(), step: z.string(), subject: z.string(), messageId: z.string() })
  .meta({ id: 'TestSent' });
export type TestSent = z.infer<typeof testSentSchema>;
