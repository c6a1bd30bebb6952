import fc from 'fast-check';
import { contactEvents, isStatusEvent, type TriggerEvent } from '../campaigns/triggers.js';
import type { PlanCustomer, PlanEvent, PlanPolicy } from '../planning/anchors.js';
import { lines, paymentModes, policyStatuses } from '../policy/policy.js';
import type { CustomerFacts, PolicyFacts, Subject } from '../rules/facts.js';
import { isCivilDate } from '../time/civil-date.js';
import { localDay } from '../time/local-day.js';
import { Temporal } from 'temporal-polyfill';
import {
  amountArbitrary,
  dateArbitrary,
  maybe,
  momentArbitrary,
  textArbitrary,
  zoneArbitrary,
} from './values.js';

/** The facts of one policy that its own row holds; `id` counts for nothing but to be told apart. */
export const policyArbitrary: fc.Arbitrary<PlanPolicy> = fc
  .record({
    line: fc.constantFrom(...lines),
    product: maybe(textArbitrary),
    status: fc.constantFrom(...policyStatuses),
    startDate: dateArbitrary,
    renewalDate: maybe(dateArbitrary),
    endDate: maybe(dateArbitrary),
    premiumMinor: maybe(amountArbitrary),
    previousPremiumMinor: maybe(amountArbitrary),
    currency: maybe(fc.constantFrom('EUR', 'CNY')),
    paymentMode: maybe(fc.constantFrom(...paymentModes)),
    sumInsuredMinor: maybe(amountArbitrary),
    doNotRenew: fc.boolean(),
    timeZone: zoneArbitrary,
    termNumber: fc.integer({ min: 1, max: 4 }),
    statusSince: maybe(dateArbitrary),
    graceEndsOn: maybe(dateArbitrary),
    unpaidDueDates: fc.uniqueArray(dateArbitrary, { maxLength: 2 }),
    coolingOffEndsOn: maybe(dateArbitrary),
  })
  .map(({ unpaidDueDates, coolingOffEndsOn, ...facts }) => ({
    coolingOffEndsOn,
    facts: { ...facts, id: 'P', renewed: false, firstUnpaidDueOn: unpaidDueDates.toSorted()[0] ?? null },
    unpaidDueDates,
  }));

/** Events that books and campaigns share, of every source. */
export const eventPool = [
  'claim_closed',
  'contact',
  'portal_login',
  'policy_lapsed',
  'policy_reinstated',
  'policy_renewed',
] as const satisfies TriggerEvent[];

/** Of the policy at a place among the customer's, or of none. */
const eventArbitrary = fc.record({
  event: fc.constantFrom(...eventPool),
  place: fc.option(fc.nat({ max: 2 }), { freq: 3 }),
  moment: momentArbitrary,
  day: dateArbitrary,
});

/** A customer with up to three policies; what the facts say of the policies together is true of them. */
export const customerArbitrary: fc.Arbitrary<PlanCustomer> = fc
  .record({
    givenName: maybe(textArbitrary),
    familyName: maybe(textArbitrary),
    email: maybe(fc.constantFrom('ana@example.com', 'li@example.test')),
    phone: maybe(textArbitrary),
    birthDate: maybe(dateArbitrary),
    locale: maybe(fc.constantFrom('en', 'en-GB', 'zh-CN')),
    timeZone: zoneArbitrary,
    region: maybe(textArbitrary),
    postalCode: maybe(textArbitrary),
    agentId: maybe(textArbitrary),
    marketingConsent: fc.boolean(),
    hasOpenComplaint: fc.boolean(),
    policies: fc.array(policyArbitrary, { maxLength: 3 }),
    events: fc.array(eventArbitrary, { maxLength: 4 }),
  })
  .map(({ policies: unnumbered, events: happened, ...own }) => {
    const policies = unnumbered.map((policy, place) => withId(policy, `P${place}`));
    const events = happened.flatMap(({ event, place, moment, day }): PlanEvent[] => {
      const ofPolicy = isStatusEvent(event) || event === 'policy_renewed';
      const policyId = policies[ofPolicy ? (place ?? 0) : (place ?? policies.length)]?.facts.id ?? null;
      if (ofPolicy && policyId === null) return [];
      return [{ event, policyId, when: isStatusEvent(event) ? day : moment.toString() }];
    });
    const facts = { ...own, id: 'C', ...together(policies) };
    return { facts, policies, events, lastContactOn: lastContact(events, own.timeZone ?? 'UTC') };
  });

/** What the events alone say of the last contact: nobody in a random book has had a letter. */
function lastContact(events: readonly PlanEvent[], zone: string): string | null {
  const days = events
    .filter(({ event, when }) => contactEvents.some((each) => each === event) && !isCivilDate(when))
    .map(({ when }) => localDay(Temporal.Instant.from(when), zone));
  return days.sort().at(-1) ?? null;
}

function withId(policy: PlanPolicy, id: string): PlanPolicy {
  return { ...policy, facts: { ...policy.facts, id } };
}

function together(
  policies: readonly PlanPolicy[],
): Pick<CustomerFacts, 'isDeceased' | 'policyCount' | 'lines'> {
  const live = policies.filter(({ facts }) => facts.status === 'in_force' || facts.status === 'grace');
  return {
    isDeceased: policies.some(({ facts }) => facts.status === 'claim_death'),
    policyCount: live.length,
    lines: [...new Set(live.map(({ facts }) => facts.line))],
  };
}

/** Gives random customers ids of their own, `C0`, `C1`, …, and their policies `C0P0`, `C0P1`, …. */
export function numbered(customers: readonly PlanCustomer[]): PlanCustomer[] {
  return customers.map((customer, index) => ({
    ...customer,
    facts: { ...customer.facts, id: `C${index}` },
    policies: customer.policies.map((policy) => withId(policy, `C${index}${policy.facts.id}`)),
    events: customer.events.map((event) => ({
      ...event,
      policyId: event.policyId === null ? null : `C${index}${event.policyId}`,
    })),
  }));
}

/** A book of one to `customers` customers. */
export function bookArbitrary(customers = 6): fc.Arbitrary<PlanCustomer[]> {
  return fc.array(customerArbitrary, { minLength: 1, maxLength: customers }).map(numbered);
}

/** A customer with one of their policies, or with none. */
export const subjectArbitrary: fc.Arbitrary<Subject> = customerArbitrary.map(({ facts, policies }) => ({
  customer: facts,
  policy: (policies[0]?.facts satisfies PolicyFacts | undefined) ?? null,
}));
