import { Temporal } from 'temporal-polyfill';
import type { Campaign } from '../campaigns/campaign.js';
import { parseOnceAt } from '../campaigns/parts.js';
import { dateTriggerFields, type DateTriggerFieldName, type TriggerEvent } from '../campaigns/triggers.js';
import type { CustomerFacts, PolicyFacts } from '../rules/facts.js';
import { isCivilDate } from '../time/civil-date.js';
import { localDay } from '../time/local-day.js';
import { recurrenceDays } from '../time/recurrence.js';
import { yearlyOccurrences } from '../time/yearly.js';

/** A policy as the planner sees it. */
export interface PlanPolicy {
  readonly facts: PolicyFacts;
  /** Due dates of its instalments that are not paid. */
  readonly unpaidDueDates: readonly string[];
  readonly coolingOffEndsOn: string | null;
}

/** Something that happened, as the database writes it in JSON. */
export interface PlanEvent {
  readonly event: TriggerEvent;
  readonly policyId: string | null;
  /** A moment in ISO 8601, or a civil date where the book knows no more. */
  readonly when: string;
}

/** A customer with all their policies. */
export interface PlanCustomer {
  readonly facts: CustomerFacts;
  readonly policies: readonly PlanPolicy[];
  /** Theirs and their policies'. `first_portal_login` is never among them: it follows from the others. */
  readonly events: readonly PlanEvent[];
  /** The last day on which we were in touch; null: never. See the trigger date `customer.lastContact`. */
  readonly lastContactOn: string | null;
}

/** The zone a subject lives by: the customer's, else that of the policy it is about, else UTC. */
export function zoneOf(customer: PlanCustomer, policy: PlanPolicy | null): string {
  return customer.facts.timeZone ?? policy?.facts.timeZone ?? 'UTC';
}

/**
 * The dates in from..to (both included) that a campaign's steps are counted from, for a customer and, when the
 * campaign is about policies, one of theirs; each once. An event's date is the local day on which it happened,
 * and several of one kind on a day are one.
 */
export function anchorDates(
  { trigger, startsOn }: Pick<Campaign, 'trigger' | 'startsOn'>,
  customer: PlanCustomer,
  policy: PlanPolicy | null,
  from: string,
  to: string,
): string[] {
  switch (trigger.type) {
    case 'once':
      return within([parseOnceAt(trigger.at)?.date ?? []].flat(), from, to);
    case 'recurring':
      return recurrenceDays(trigger.rrule, startsOn, { from, to });
    case 'event':
      return within(eventDays(trigger.event, customer, policy), from, to);
    case 'date': {
      const origins = originsOf(trigger.field, customer, policy);
      return dateTriggerFields[trigger.field].yearly
        ? origins.flatMap((origin) => yearlyOccurrences(origin, from, to))
        : within(origins, from, to);
    }
  }
}

function within(dates: readonly string[], from: string, to: string): string[] {
  return dates.filter((date) => date >= from && date <= to);
}

/** The days of an event: a policy's own, or all of a customer's. */
function eventDays(name: TriggerEvent, customer: PlanCustomer, policy: PlanPolicy | null): string[] {
  const theirs = (wanted: TriggerEvent) =>
    customer.events.filter(
      ({ event, policyId }) => event === wanted && (policy === null || policyId === policy.facts.id),
    );
  const dayOf = ({ when }: PlanEvent) =>
    isCivilDate(when) ? when : localDay(Temporal.Instant.from(when), zoneOf(customer, policy));
  if (name === 'first_portal_login') return theirs('portal_login').map(dayOf).sort().slice(0, 1);
  return [...new Set(theirs(name).map(dayOf))];
}

/** The dates that a trigger's field holds for a subject: none when it is missing. */
function originsOf(field: DateTriggerFieldName, customer: PlanCustomer, policy: PlanPolicy | null): string[] {
  const present = (date: string | null | undefined): string[] => (date ? [date] : []);
  const inGrace = policy?.facts.status === 'grace';
  const firstStart = () => customer.policies.map(({ facts }) => facts.startDate).sort()[0];
  switch (field) {
    case 'policy.startDate':
    case 'policy.anniversary':
      return present(policy?.facts.startDate);
    case 'policy.renewalDate':
      return present(policy?.facts.renewalDate);
    case 'policy.endDate':
      return present(policy?.facts.endDate);
    case 'policy.coolingOffEnd':
      return present(policy?.coolingOffEndsOn);
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
      return present(firstStart());
    case 'customer.lastContact':
      return present(customer.lastContactOn ?? firstStart());
  }
}
