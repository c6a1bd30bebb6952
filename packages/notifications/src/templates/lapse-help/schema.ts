import type { ContentMark } from '@aftercare/domain';
import { z } from 'zod';
import { customer, link, money, policy } from '../fields.js';

export const schema = z.object({
  customer,
  policy,
  /** All that is overdue; null when it is not known. */
  owed: money.nullable(),
  /** The last day on which payment keeps the cover; null where there is no grace, or none has begun. */
  graceEndsOn: z.iso.date().nullable(),
  actionUrl: link,
});

const carries = ['amount_due', 'grace_end', 'payment_help'] as const satisfies readonly ContentMark[];

/** Policies that are meant to run for years can pause or shrink; the others can leave out parts. */
const lasting = ['life', 'health'];

function view(data: z.output<typeof schema>): object {
  return { ...data, lasting: lasting.includes(data.policy.line) };
}

export const code = { schema, view, carries };
