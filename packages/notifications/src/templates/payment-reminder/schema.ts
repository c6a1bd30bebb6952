import type { ContentMark } from '@aftercare/domain';
import { z } from 'zod';
import { customer, link, money, paymentMode, policy } from '../fields.js';

export const schema = z.object({
  customer,
  policy,
  dueOn: z.iso.date(),
  /** What is to be paid; in grace all that is owed. */
  amount: money,
  paymentMode: paymentMode.nullable(),
  /** Set while the policy is in its grace period. */
  grace: z.object({ endsOn: z.iso.date() }).nullable(),
  actionUrl: link,
});

const carries = [
  'amount_due',
  'due_date',
  'grace_end',
  'lapse_consequence',
  'payment_help',
] as const satisfies readonly ContentMark[];

type Data = z.output<typeof schema>;

function view(data: Data, today: string): object {
  const late = data.grace !== null || data.dueOn < today;
  return { ...data, late, stage: data.grace ? 'grace' : late ? 'overdue' : 'ahead' };
}

export const code = { schema, view, carries };
