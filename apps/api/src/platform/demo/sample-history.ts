import type { EventRow, InstalmentRow, PaymentMode, PolicyRow } from '@aftercare/domain';
import { addMonths, dateOf, dayOf, instantOf } from './civil-days.js';
import type { Random } from './random.js';
import type { InventedPolicy } from './sample-policies.js';

const monthsBetween: Readonly<Record<PaymentMode, number>> = {
  annual: 12,
  semiannual: 6,
  quarterly: 3,
  monthly: 1,
};
const daysBack = 95;
const daysAhead = 62;

/** What fell due on a policy lately, and will soon; what was missed is unpaid. */
export function inventInstalments(
  random: Random,
  { row, missedSince }: InventedPolicy,
  today: number,
): InstalmentRow[] {
  if (row.payment_mode === 'annual' || row.payment_mode === null || row.line === 'travel') return [];
  const months = monthsBetween[row.payment_mode];
  const start = dayOf(row.start_date);
  const end = row.end_date === null ? Infinity : dayOf(row.end_date);
  const amount = Math.round((row.premium_minor! * months) / 12);
  const owesLast = row.status === 'lapsed' || (row.status === 'in_force' && random.chance(0.03));
  const first = Math.max(0, Math.floor((today - daysBack - start) / 30.6 / months));
  const instalments: InstalmentRow[] = [];
  for (let count = first; ; count += 1) {
    const due = addMonths(start, count * months);
    if (due > today + daysAhead || due >= end) break;
    if (due < today - daysBack) continue;
    const isLast = due <= today && addMonths(start, (count + 1) * months) > Math.min(today, end - 1);
    const missed = (missedSince !== null && due >= missedSince) || (owesLast && isLast);
    const late = random.chance(0.06) ? random.int(3, 20) : random.int(-2, 0);
    const paid = due <= today && !missed && due + late <= today;
    instalments.push({
      policy_id: row.policy_id,
      due_date: dateOf(due),
      amount_minor: amount,
      currency: row.currency,
      paid_at: paid ? instantOf(Math.min(due + late, today - 1), random.int(25_000, 70_000)) : null,
    });
  }
  return instalments;
}

/** What happened on a policy: claims, complaints, payments that failed, calls, visits to the portal. */
export function inventEvents(
  random: Random,
  { row, missedSince }: InventedPolicy,
  today: number,
): EventRow[] {
  const events: EventRow[] = [];
  const happened = noteIn(events, random, row.policy_id, row, today);
  const claim = `CL-${row.policy_id}`;
  if (row.status === 'claim_death') {
    const died = dayOf(row.end_date!);
    happened('claim_opened', died + 2, { claim, cause: 'death' });
  } else if (row.line !== 'life' && random.chance(0.13)) {
    const opened = Math.max(dayOf(row.start_date), today - random.int(3, 700));
    happened('claim_opened', opened, { claim });
    const closed = opened + random.int(2, 60);
    if (closed < today)
      happened('claim_closed', closed, {
        claim,
        paidMinor: Math.round(row.premium_minor! * random.next() * 4),
      });
  }
  if (missedSince !== null) happened('payment_failed', missedSince + 1, { reason: 'insufficient_funds' });
  if (random.chance(0.035)) {
    const opened = today - random.int(2, 300);
    happened('complaint_opened', opened, {
      about: random.pick(['price', 'claim', 'waiting time', 'wrong letter']),
    });
    // Young complaints are still open, and a few old ones.
    if (today - opened > 40 && random.chance(0.95)) happened('complaint_closed', opened + random.int(3, 40));
  }
  if (random.chance(0.08))
    happened('contact', today - random.int(1, 400), {
      channel: random.pick(['telephone', 'e-mail', 'branch']),
    });
  if (random.chance(0.12)) happened('portal_login', today - random.int(1, 200));
  return events;
}

/** What happened to a customer: a death told, talks, a need of particular care, a lawsuit. */
export function inventEncounters(
  random: Random,
  customerId: string,
  policies: readonly PolicyRow[],
  today: number,
): EventRow[] {
  const events: EventRow[] = [];
  const about = { customer_id: customerId, policy_id: null };
  const happened = noteIn(events, random, customerId, about, today);
  const death = policies.find(({ status }) => status === 'claim_death');
  if (death) {
    happened('death_reported', dayOf(death.end_date!) + 1);
    return events;
  }
  const talks = random.weighted([
    [0, 62],
    [1, 24],
    [2, 10],
    [3, 4],
  ]);
  for (let count = 0; count < talks; count += 1) {
    happened('contact', today - random.int(1, 400), {
      channel: random.pick(['telephone', 'telephone', 'e-mail', 'branch', 'letter']),
    });
  }
  const spell = (
    share: number,
    opens: EventRow['type'],
    closes: EventRow['type'],
    data: EventRow['data'],
  ) => {
    if (!random.chance(share)) return;
    const from = today - random.int(5, 500);
    const to = from + random.int(40, 400);
    happened(opens, from, data);
    if (to < today) happened(closes, to);
  };
  const cause = random.pick(['bereavement', 'illness', 'loss of work', 'hearing', 'language']);
  spell(0.025, 'vulnerability_flagged', 'vulnerability_cleared', { cause });
  spell(0.005, 'litigation_opened', 'litigation_closed', { about: 'claim' });
  return events;
}

/** Notes events about somebody, numbered under an id; the last of them yesterday. */
function noteIn(
  events: EventRow[],
  random: Random,
  id: string,
  about: { customer_id: string; policy_id: string | null },
  today: number,
): (type: EventRow['type'], day: number, data?: EventRow['data']) => void {
  const { customer_id, policy_id } = about;
  return (type, day, data = null) => {
    const at = instantOf(Math.min(day, today - 1), random.int(25_000, 70_000));
    events.push({ event_id: `E-${id}-${events.length + 1}`, type, customer_id, policy_id, at, data });
  };
}
