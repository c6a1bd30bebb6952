import type { ContentMark } from '@aftercare/domain';
import { z } from 'zod';
import { daysBetween } from '../../render/format.js';
import { customer, link, money, paymentMode, policy } from '../fields.js';

export const schema = z.object({
  customer,
  policy,
  renewalDate: z.iso.date(),
  premium: money,
  /** Shown beside the new one when it is known and in the same currency. */
  previousPremium: money.nullable(),
  paymentMode: paymentMode.nullable(),
  /** Renews by itself unless the customer says no. */
  automatic: z.boolean(),
  /** Set while a payment is overdue and the policy is in its grace period; `due` is what is to be paid. */
  grace: z.object({ endsOn: z.iso.date(), due: money }).nullable(),
  /**
   * The words on checking the cover and comparing prices that some regulators ask for (UK: ICOBS 6.5.1R), with
   * `longStanding` those from the fourth renewal on; null where none are asked for.
   */
  shopAround: z.enum(['standard', 'longStanding']).nullable(),
  actionUrl: link,
});

const carries = [
  'new_premium',
  'previous_premium',
  'check_cover',
  'shop_around',
  'fourth_renewal',
  'what_if_nothing',
  'amount_due',
  'grace_end',
  'lapse_consequence',
  'payment_help',
] as const satisfies readonly ContentMark[];

/** From this many days before the renewal date, the message says so in its first words. */
const lastDays = 7;

type Data = z.output<typeof schema>;

function view(data: Data, today: string): object {
  const daysLeft = daysBetween(today, data.renewalDate);
  const stage = data.grace ? 'grace' : daysLeft < 0 ? 'past' : daysLeft <= lastDays ? 'lastDays' : 'early';
  const ahead = data.automatic ? 'automatic' : 'manual';
  // Two currencies cannot be compared, and a reader would. Someone in arrears has other worries than prices.
  const comparable = !data.grace && data.previousPremium?.currency === data.premium.currency;
  const previousPremium = comparable ? data.previousPremium : null;
  return {
    ...data,
    daysLeft,
    stage,
    outcome: stage === 'grace' || stage === 'past' ? stage : ahead,
    pressing: stage !== 'early' && !(stage === 'lastDays' && data.automatic),
    previousPremium,
    shopAround: data.grace ? null : data.shopAround,
    change: previousPremium && change(previousPremium.amountMinor, data.premium.amountMinor),
  };
}

function change(before: number, now: number): object {
  const difference = now - before;
  return {
    direction: difference === 0 ? 'same' : difference > 0 ? 'more' : 'less',
    amountMinor: Math.abs(difference),
    share: difference === 0 || before <= 0 ? null : difference / before,
  };
}

export const code = { schema, view, carries };
