import type { ContentMark } from '@aftercare/domain';
import { z } from 'zod';
import { fullName } from '../../render/format.js';
import { customer, link, money, policy, text } from '../fields.js';

const date = z.iso.date().nullish();

/** What one of the letters says that were put together; of what it does not speak of, it says nothing. */
const item = z.object({
  customer,
  /** Null where the letter is about no policy. */
  policy: policy.nullable(),
  actionUrl: link,
  renewalDate: date,
  premium: money.nullish(),
  previousPremium: money.nullish(),
  automatic: z.boolean().nullish(),
  shopAround: z.enum(['standard', 'longStanding']).nullish(),
  grace: z.object({ endsOn: z.iso.date(), due: money.nullish() }).nullish(),
  dueOn: date,
  amount: money.nullish(),
  startDate: date,
  coolingOffEndsOn: date,
});

/** Several letters of one day in one: for one reader with several policies, or several readers at one address. */
export const schema = z.object({
  /** Everybody it is for. */
  names: z.array(text(400)).min(1),
  items: z.array(item).min(2).max(60),
  /** The template that each would have had by itself. */
  template: text(64),
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
  'due_date',
  'grace_end',
  'lapse_consequence',
  'payment_help',
  'cooling_off',
] as const satisfies readonly ContentMark[];

type Item = z.output<typeof item>;

const kinds: Readonly<Record<string, string>> = {
  'renewal-reminder': 'renewal',
  'payment-reminder': 'payment',
  welcome: 'welcome',
  'cooling-off': 'welcome',
};

function view(data: z.output<typeof schema>, today: string): object {
  const items = data.items.map((each) => ({ ...viewOf(each, today), named: data.names.length > 1 }));
  const asked = items.filter(({ shopAround }) => shopAround !== null);
  return {
    ...data,
    kind: kinds[data.template] ?? 'other',
    items,
    late: items.some(({ late }) => late),
    compare: asked.length > 0,
    longStanding: asked.filter(({ shopAround }) => shopAround === 'longStanding'),
  };
}

function viewOf(each: Item, today: string) {
  const grace = each.grace ?? null;
  // In arrears the price of the next term is not what the letter is about.
  const renewalDate = grace ? null : (each.renewalDate ?? null);
  const premium = renewalDate === null ? null : (each.premium ?? null);
  const comparable = premium !== null && each.previousPremium?.currency === premium.currency;
  const previousPremium = comparable ? (each.previousPremium ?? null) : null;
  const dueOn = each.dueOn ?? null;
  const late = grace !== null || (dueOn !== null && dueOn < today);
  return {
    ...each,
    who: fullName(each.customer.givenName, each.customer.familyName) || each.policy?.number || '–',
    due: grace?.due ?? each.amount ?? null,
    dueOn,
    late,
    graceEndsOn: grace?.endsOn ?? null,
    renewalDate,
    premium,
    previousPremium,
    change: premium && previousPremium && change(previousPremium.amountMinor, premium.amountMinor),
    shopAround: renewalDate === null ? null : (each.shopAround ?? null),
    startDate: each.startDate ?? null,
    coolingOffEndsOn: each.coolingOffEndsOn ?? null,
    outcome: grace ? 'grace' : late ? 'overdue' : renewalDate && outcome(each, renewalDate, today),
  };
}

function outcome({ automatic }: Item, renewalDate: string, today: string): string {
  if (renewalDate < today) return 'past';
  return automatic ? 'automatic' : 'manual';
}

function change(before: number, now: number): object {
  const direction = now === before ? 'same' : now > before ? 'more' : 'less';
  return { direction, amountMinor: Math.abs(now - before) };
}

export const code = { schema, view, carries };
