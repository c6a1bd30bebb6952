import { Temporal } from 'temporal-polyfill';
import { dateTriggerFields } from '../campaigns/triggers.js';
import type { PlanCustomer } from '../planning/anchors.js';
import { ledgerIdentity, type PlanInput } from '../planning/plan-reference.js';
import { evaluateRule } from '../rules/evaluate.js';
import { addDays } from '../time/civil-date.js';
import { slotsDue } from '../time/slots.js';
import { birthdayKeys, monthDay } from '../time/yearly.js';

const earlier = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(a, b) < 0 ? a : b;

/**
 * A second reading of what is due at a tick, for campaigns on dates without conditions, arms or exit rules: from slots
 * back to anchors, and from anchors to subjects. Gives the identities of the rows.
 */
export function searchBySlots({ campaign, book, asOf, watermarks }: PlanInput): string[] {
  if (campaign.trigger.type !== 'date') return [];
  const { field } = campaign.trigger;
  const { yearly } = dateTriggerFields[field];
  const found: string[] = [];
  for (const step of campaign.steps) {
    const windowStart = asOf.subtract({ hours: campaign.catchUpHours });
    const after = earlier(watermarks[step.key] ?? windowStart, windowStart);
    const everybody = subjects(field, campaign.subject, book);
    const zones = [...new Set(everybody.map(({ zone }) => zone))];
    const slots = slotsDue({ zones, at: step.at, after, upTo: asOf });
    for (const { id, zone, origins, asked } of everybody) {
      for (const { localDate } of slots.filter((slot) => slot.zone === zone)) {
        const anchorDate = addDays(localDate, -step.offsetDays);
        const hit = origins.some((origin) =>
          yearly
            ? birthdayKeys(anchorDate).includes(monthDay(origin)) && anchorDate > origin
            : anchorDate === origin,
        );
        const bounded = localDate >= (campaign.startsOn ?? '') && localDate <= (campaign.endsOn ?? '9999');
        if (hit && bounded && asked.some((subject) => evaluateRule(campaign.audience, subject, localDate))) {
          found.push(ledgerIdentity({ step: step.key, subjectId: id, anchorDate }));
        }
      }
    }
  }
  return found;
}

function subjects(field: string, subject: 'policy' | 'customer', book: readonly PlanCustomer[]) {
  return book.flatMap(({ facts: customer, policies }) => {
    const pairs = policies.map(({ facts: policy }) => ({ customer, policy }));
    if (subject === 'customer') {
      const starts = policies.map(({ facts }) => facts.startDate).sort();
      const origin = field === 'customer.since' ? starts[0] : customer.birthDate;
      return {
        id: customer.id,
        zone: customer.timeZone ?? 'UTC',
        origins: [origin ?? []].flat(),
        asked: pairs.length === 0 ? [{ customer, policy: null }] : pairs,
      };
    }
    return policies.map(({ facts: policy, unpaidDueDates, coolingOffEndsOn }) => {
      const grace = policy.status === 'grace';
      const dates: Record<string, (string | null)[]> = {
        'policy.startDate': [policy.startDate],
        'policy.anniversary': [policy.startDate],
        'policy.renewalDate': [policy.renewalDate],
        'policy.endDate': [policy.endDate],
        'policy.graceStart': grace ? [policy.statusSince] : [],
        'policy.graceEnd': grace ? [policy.graceEndsOn] : [],
        'policy.instalmentDue': [...unpaidDueDates],
        'policy.coolingOffEnd': [coolingOffEndsOn],
      };
      return {
        id: policy.id,
        zone: customer.timeZone ?? policy.timeZone ?? 'UTC',
        origins: (dates[field] ?? []).filter((date) => date !== null),
        asked: [{ customer, policy }],
      };
    });
  });
}
