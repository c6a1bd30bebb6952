import type { Campaign } from '../campaigns/campaign.js';
import { parseOnceAt } from '../campaigns/parts.js';
import { dateTriggerFields, type DateTriggerFieldName } from '../campaigns/triggers.js';
import type { CustomerFacts, PolicyFacts } from '../rules/facts.js';
import { yearlyOccurrences } from '../time/yearly.js';

/** A policy as the planner sees it. */
export interface PlanPolicy {
  readonly facts: PolicyFacts;
  /** Due dates of its instalments that are not paid. */
  readonly unpaidDueDates: readonly string[];
}

/** A customer with all their policies. */
export interface PlanCustomer {
  readonly facts: CustomerFacts;
  readonly policies: readonly PlanPolicy[];
}

/**
 * The dates in from..to (both included) that a campaign's steps are counted from, for a customer and, when the
 * campaign is about policies, one of theirs. None for triggers that hang on no date.
 */
export function anchorDates(
  trigger: Campaign['trigger'],
  customer: PlanCustomer,
  policy: PlanPolicy | null,
  from: string,
  to: string,
): string[] {
  if (trigger.type === 'once') return within([parseOnceAt(trigger.at)?.date ?? []].flat(), from, to);
  if (trigger.type !== 'date') return [];
  const origins = originsOf(trigger.field, customer, policy);
  return dateTriggerFields[trigger.field].yearly
    ? origins.flatMap((origin) => yearlyOccurrences(origin, from, to))
    : within(origins, from, to);
}

function within(dates: readonly string[], from: string, to: string): string[] {
  return dates.filter((date) => date >= from && date <= to);
}

/** The dates that a trigger's field holds for a subject: none when it is missing. */
function originsOf(field: DateTriggerFieldName, customer: PlanCustomer, policy: PlanPolicy | null): string[] {
  const present = (date: string | null | undefined): string[] => (date ? [date] : []);
  const inGrace = policy?.facts.status === 'grace';
  switch (field) {
    case 'policy.startDate':
    case 'policy.anniversary':
      return present(policy?.facts.startDate);
    case 'policy.renewalDate':
      return present(policy?.facts.renewalDate);
    case 'policy.endDate':
      return present(policy?.facts.endDate);
    case 'policy.graceStart':
      return inGrace ? present(policy.facts.statusSince) : [];
    case 'policy.graceEnd':
      return inGrace ? present(policy.facts.graceEndsOn) : [];
    case 'policy.instalmentDue':
      return [...(policy?.unpaidDueDates ?? [])];
    case 'customer.birthday':
    case 'customer.birthDate':
      return present(customer.facts.birthDate);
    case 'customer.since':
      return present(customer.policies.map(({ facts }) => facts.startDate).sort()[0]);
  }
}
