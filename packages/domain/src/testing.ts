import fc from 'fast-check';
import { campaignSchema, type Campaign } from './campaigns/campaign.js';
import { dateTriggerFieldNames, dateTriggerFields } from './campaigns/triggers.js';
import { contactClasses } from './contact/classes.js';
import type { PlanCustomer, PlanPolicy } from './planning/anchors.js';
import { lines, paymentModes, policyStatuses } from './policy/policy.js';
import { fieldNames, fieldOf, operatorsByType, type Field, type Operator } from './rules/fields.js';
import type { CustomerFacts, PolicyFacts, Subject } from './rules/facts.js';
import type { Leaf, LeafValue, Rule, Scalar } from './rules/rule.js';
import { addDays } from './time/civil-date.js';

/*
 * Random books, rules and campaigns for property tests, here and in the rooms that must agree with this one.
 * Values come from small pools, odd ones among them, so that a random rule meets a random fact often enough to
 * be true of it; now and then anything at all is thrown in.
 */

/** Days that calendars stumble over, and the pool's middle: books and rules lie about it. */
const middle = '2026-02-26';
const oddDays = [
  '2024-02-29',
  '2026-02-28',
  '2026-03-01',
  '2025-12-31',
  '1999-12-31',
  '2000-02-29',
  '1900-03-01',
];

/** A calendar date: mostly about the middle of the pool, some odd ones, some far away. */
export const dateArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -12, max: 12 }).map((days) => addDays(middle, days)) },
  { weight: 3, arbitrary: fc.integer({ min: -45, max: 45 }).map((days) => addDays(middle, days)) },
  { weight: 2, arbitrary: fc.constantFrom(...oddDays) },
  { weight: 1, arbitrary: fc.integer({ min: -40_000, max: 40_000 }).map((days) => addDays(middle, days)) },
);

// What makes readers disagree: capitals without a partner, final sigma, wildcards of LIKE, quotes, other planes.
const oddTexts = [
  '',
  ' ',
  'ß',
  'İzmir',
  'ıi',
  'ΟΔΟΣ',
  'Ünal',
  'UNAL',
  '100%',
  'a_b',
  "O'Hara",
  '\\',
  '李雷',
  '😀',
  'e\u0301',
];
const plainTexts = ['Ana', 'ana', 'ANA', 'Banana', 'en', 'en-GB', 'zh-CN', 'EUR', 'North', 'A1', 'A12'];

/** A text of one line: from the pools, or up to five characters of any kind that a rule may hold. */
export const textArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...plainTexts) },
  { weight: 3, arbitrary: fc.constantFrom(...oddTexts) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'grapheme', maxLength: 5 })
      .filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text)),
  },
);

/** An amount of money: small ones that meet, and the largest that is exact. */
export const amountArbitrary: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 100, 105, 110, 1250, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 0, max: 200 }),
);

/** Zones of both hemispheres, with half hours, with none, with the day line; and not known. */
export const zoneArbitrary: fc.Arbitrary<string | null> = fc.constantFrom(
  null,
  'UTC',
  'Europe/Madrid',
  'America/New_York',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 3 });

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

function scalarFor(field: Field): fc.Arbitrary<Scalar> {
  switch (field.type) {
    case 'text':
      return textArbitrary;
    case 'choice':
    case 'list':
      return fc.constantFrom(...(field.choices ?? []));
    case 'integer':
      return fc.integer({ min: -1, max: 130 });
    case 'money':
      return fc.oneof(amountArbitrary, fc.constantFrom(-1, Number.MIN_SAFE_INTEGER));
    case 'number':
      return fc.oneof(
        fc.constantFrom(0, 5, 10, -100, 4.999999999999999),
        fc.double({ noNaN: true, min: -200, max: 200 }),
      );
    case 'boolean':
      return fc.boolean();
    case 'date':
      return dateArbitrary;
  }
}

function valueFor(field: Field, op: Operator): fc.Arbitrary<LeafValue> {
  switch (op) {
    case 'exists':
      return fc.boolean();
    case 'within':
      return fc.integer({ min: -60, max: 60 });
    case 'between':
      return fc.tuple(scalarFor(field), scalarFor(field)).map(([a, b]) => (a <= b ? [a, b] : [b, a]));
    case 'in':
    case 'notIn':
      return fc.array(scalarFor(field), { minLength: 1, maxLength: 4 });
    default:
      return scalarFor(field);
  }
}

/** One question, valid by `ruleSchema`. */
export const leafArbitrary: fc.Arbitrary<Leaf> = fc
  .constantFrom(...fieldNames)
  .chain((field) =>
    fc
      .constantFrom(...operatorsByType[fieldOf(field).type])
      .chain((op) => valueFor(fieldOf(field), op).map((value) => ({ field, op, value }))),
  );

/** A rule tree, valid by `ruleSchema`; empty groups included. */
export const ruleArbitrary: fc.Arbitrary<Rule> = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: leafArbitrary },
    { weight: 1, arbitrary: fc.array(tie('rule'), { maxLength: 3 }).map((all) => ({ all })) },
    { weight: 1, arbitrary: fc.array(tie('rule'), { maxLength: 3 }).map((any) => ({ any })) },
    { weight: 1, arbitrary: tie('rule').map((not) => ({ not })) },
  ),
})).rule;

/** A campaign with a `date` trigger and up to four steps, its audience everybody or a random rule. */
export const campaignArbitrary: fc.Arbitrary<Campaign> = fc
  .record({
    class: fc.constantFrom(...contactClasses),
    field: fc.constantFrom(...dateTriggerFieldNames),
    audience: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Rule>({ all: [] }) },
      { weight: 1, arbitrary: ruleArbitrary },
    ),
    steps: fc.array(
      fc.record({
        offsetDays: fc.integer({ min: -10, max: 10 }),
        at: fc.constantFrom('00:00', '02:30', '09:00', '23:59'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    holdout: fc.constantFrom(0, 0.25, 0.5),
    catchUpHours: fc.constantFrom(1, 24, 48, 200),
    bounds: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.tuple(dateArbitrary, dateArbitrary) },
    ),
  })
  .map(({ field, steps, holdout, bounds, ...rest }) => {
    const [startsOn, endsOn] = bounds === null ? [null, null] : bounds.toSorted();
    return campaignSchema.parse({
      ...rest,
      key: 'random',
      name: 'Random',
      topic: 'random',
      subject: dateTriggerFields[field].subject,
      trigger: { type: 'date', field },
      steps: steps.map((step, index) => ({ ...step, key: `s${index}`, template: 'none' })),
      holdout: rest.class === 'legal' ? 0 : holdout,
      startsOn,
      endsOn,
    });
  });
