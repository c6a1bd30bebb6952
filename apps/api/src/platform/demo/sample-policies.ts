import type { PaymentMode, PolicyRow, PolicyStatus } from '@aftercare/domain';
import { addMonths, addYears, dateOf } from './civil-days.js';
import type { Place } from './places.data.js';
import { products, type SoldLine } from './products.data.js';
import type { Random } from './random.js';

/** A policy, and the day on which something was to be paid and was not. */
export interface InventedPolicy {
  row: PolicyRow;
  /** Day number of the oldest missed payment; null when all was paid. */
  missedSince: number | null;
}

interface Life {
  status: PolicyStatus;
  start: number;
  renewal: number | null;
  end: number | null;
  missedSince: number | null;
  mode?: PaymentMode;
}

const lineShares: readonly (readonly [SoldLine, number])[] = [
  ['motor', 38],
  ['home', 24],
  ['life', 18],
  ['health', 12],
  ['travel', 8],
];

/** Days before a renewal on which campaigns of this business write; some renewals are put just so far ahead. */
const reminderDays = [45, 30, 14, 7, 3, 1];

/** Invents a policy of a customer; of one who has died, a life policy under which the death was claimed. */
export function inventPolicy(
  random: Random,
  owner: { customerId: string; number: number; place: Place; deceased: boolean },
  index: number,
  today: number,
): InventedPolicy {
  const { place } = owner;
  const line = owner.deceased && index === 0 ? 'life' : random.weighted(lineShares);
  const product = products[line];
  const name = random.weighted(product.names);
  const tenure = Math.min(15, Math.floor(-Math.log(1 - random.next()) * 4));
  const life =
    owner.deceased && index === 0 ? death(random, tenure, today) : live(random, line, name, tenure, today);
  const dollars = product.premium[0] + (product.premium[1] - product.premium[0]) * random.next() ** 2;
  const premium = Math.round(dollars) * place.perDollar;
  const sum = product.sumInsured[0] + (product.sumInsured[1] - product.sumInsured[0]) * random.next() ** 2;
  const change = random.chance(0.05)
    ? 0
    : 0.045 + (random.next() + random.next() + random.next() - 1.5) * 0.12;
  const wasRenewed = life.renewal !== null && life.start < today - 366;
  return {
    missedSince: life.missedSince,
    row: {
      policy_id: `${product.prefix}-${String(owner.number).padStart(7, '0')}-${index + 1}`,
      customer_id: owner.customerId,
      line,
      product: name,
      status: life.status,
      start_date: dateOf(life.start),
      renewal_date: life.renewal === null ? null : dateOf(life.renewal),
      end_date: life.end === null ? null : dateOf(life.end),
      premium_minor: premium,
      currency: place.currency,
      payment_mode: life.mode ?? random.weighted(product.modes),
      sum_insured_minor: Math.round(sum / 1000) * 1000 * place.perDollar,
      previous_premium_minor: wasRenewed ? Math.round(premium / (1 + change)) : null,
      do_not_renew: life.status === 'in_force' && life.renewal !== null && random.chance(0.02),
      time_zone: place.timeZone,
      insured_object: product.insuredObject(random, Number(dateOf(today).slice(0, 4))),
    },
  };
}

/** How a policy stands today, and how it came there. */
function live(random: Random, line: SoldLine, name: string, tenure: number, today: number): Life {
  if (name === 'Single Trip') return trip(random, today);
  if (line === 'life') return lifeCover(random, name, tenure, today);
  if (random.chance(0.015)) {
    const start = today - random.int(0, 4);
    return { status: 'in_force', start, renewal: addYears(start, 1), end: null, missedSince: null };
  }
  const renewal = today + (random.chance(0.04) ? random.pick(reminderDays) : random.int(1, 365));
  const running = { start: addYears(renewal, -tenure - 1), renewal, end: null, missedSince: null };
  const fate = random.next();
  if (fate < 0.025 && (line === 'home' || line === 'health')) return graceOfYearly(random, tenure, today);
  if (fate < 0.05) {
    // Not renewed: the cover ended with its term, or, where it was paid by the month, with the last month paid.
    const lapsed = today - random.int(5, 200);
    return {
      ...running,
      status: 'lapsed',
      start: addYears(lapsed, -tenure - 1),
      renewal: lapsed,
      end: lapsed,
    };
  }
  if (fate < 0.075) {
    const cancelled = Math.max(running.start + 1, today - random.int(1, 300));
    return { ...running, status: 'cancelled', end: Math.min(cancelled, today) };
  }
  return { ...running, status: 'in_force' };
}

/** A home or health policy, paid by the month, whose last month is owed for some days. */
function graceOfYearly(random: Random, tenure: number, today: number): Life {
  const missedSince = today - random.int(1, 12);
  const renewal = addMonths(missedSince, random.int(1, 11));
  return {
    status: 'grace',
    start: addYears(renewal, -tenure - 1),
    renewal,
    end: null,
    missedSince,
    mode: 'monthly',
  };
}

function lifeCover(random: Random, name: string, tenure: number, today: number): Life {
  const fate = random.next();
  const missedSince = fate < 0.05 ? today - random.int(1, 27) : null;
  const anniversary = today + (random.chance(0.04) ? random.pick(reminderDays) : random.int(1, 365));
  const start =
    missedSince === null
      ? addYears(anniversary, -tenure - 1)
      : addMonths(missedSince, -12 * tenure - random.int(1, 11));
  const end = name === 'Whole Life' ? null : addYears(start, random.int(2, 6) * 5);
  const cover = { start, renewal: null, end, missedSince: null };
  const renewal = addYears(start, tenure + 1);
  const lives = { ...cover, renewal: end !== null && renewal >= end ? null : renewal };
  if (missedSince !== null) return { ...lives, status: 'grace', missedSince, mode: 'monthly' };
  if (end !== null && end <= today) return { ...cover, status: 'matured' };
  const over = Math.max(start + 30, today - random.int(1, 400));
  if (fate < 0.09 && over < today) return { ...cover, status: 'lapsed', end: over };
  if (fate < 0.12 && over < today) return { ...cover, status: 'surrendered', end: over };
  return { ...lives, status: 'in_force' };
}

function trip(random: Random, today: number): Life {
  const start = today - random.int(-60, 90);
  const end = start + random.int(3, 24);
  return { status: end < today ? 'expired' : 'in_force', start, renewal: null, end, missedSince: null };
}

function death(random: Random, tenure: number, today: number): Life {
  const died = today - random.int(3, 300);
  const start = addYears(died, -tenure - 1) - random.int(0, 300);
  return { status: 'claim_death', start, renewal: null, end: died, missedSince: null };
}
