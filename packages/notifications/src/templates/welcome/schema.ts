import type { ContentMark } from '@aftercare/domain';
import { z } from 'zod';
import { customer, link, policy } from '../fields.js';

export const schema = z.object({
  customer,
  policy,
  startDate: z.iso.date(),
  /** The last day on which the policy can be given back; null where there is no such right. */
  coolingOffEndsOn: z.iso.date().nullable(),
  actionUrl: link,
});

const carries = ['cooling_off'] as const satisfies readonly ContentMark[];

export const code = { schema, carries };
