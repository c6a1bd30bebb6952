import fc from 'fast-check';
import type { PlanCustomer, PlanPolicy } from '../planning/anchors.js';
import { lines, paymentModes, policyStatuses } from '../policy/policy.js';
import type { CustomerFacts, PolicyFacts, Subject } from '../rules/facts.js';
import { amountArbitrary, dateArbitrary, maybe, textArbitrary, zoneArbitrary } from './values.js';

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
  })
  .map(({ unpaidDueDates, ...facts }) => ({
    facts: { ...facts, id: 'P', renewed: false, firstUnpaidDueOn: unpaidDueDates.toSorted()[0] ?? null },
    unpaidDueDates,
  }));

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
  })
  .map(({ policies, ...own }) => ({ facts: { ...own, id: 'C', ...together(policies) }, policies }));

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

/** A book of one to `customers` customers, with ids `C0`, `C1`, … and policies `C0P0`, `C0P1`, …. */
export function bookArbitrary(customers = 6): fc.Arbitrary<PlanCustomer[]> {
  return fc.array(customerArbitrary, { minLength: 1, maxLength: customers }).map((list) =>
    list.map((customer, index) => ({
      facts: { ...customer.facts, id: `C${index}` },
      policies: customer.policies.map((policy, number) => ({
        ...policy,
        facts: { ...policy.facts, id: `C${index}P${number}` },
      })),
    })),
  );
}

/** A customer with one of their policies, or with none. */
export const subjectArbitrary: fc.Arbitrary<Subject> = customerArbitrary.map(({ facts, policies }) => ({
  customer: facts,
  policy: (policies[0]?.facts satisfies PolicyFacts | undefined) ?? null,
}));
