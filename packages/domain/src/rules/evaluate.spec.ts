import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafArbitrary, ruleArbitrary, subjectArbitrary } from '../testing.js';
import { addDays } from '../time/civil-date.js';
import { evaluateRule } from './evaluate.js';
import { explainRule } from './explain.js';
import { readField, type CustomerFacts, type PolicyFacts, type Subject } from './facts.js';
import { fieldNames, fieldOf } from './fields.js';
import type { Leaf, Rule } from './rule.js';

const today = '2026-02-28';

const customer: CustomerFacts = {
  id: 'C1',
  givenName: 'Ana',
  familyName: 'Núñez',
  email: 'ana@example.com',
  phone: null,
  birthDate: '1960-02-29',
  locale: 'es-ES',
  timeZone: 'Europe/Madrid',
  region: null,
  postalCode: '28001',
  agentId: null,
  marketingConsent: false,
  hasOpenComplaint: false,
  isDeceased: false,
  policyCount: 1,
  lines: ['motor'],
};
const policy: PolicyFacts = {
  id: 'P1',
  line: 'motor',
  product: 'Motor Plus',
  status: 'in_force',
  startDate: '2022-03-10',
  renewalDate: '2026-03-10',
  endDate: null,
  premiumMinor: 52_500,
  previousPremiumMinor: 50_000,
  currency: 'EUR',
  paymentMode: null,
  sumInsuredMinor: null,
  doNotRenew: false,
  timeZone: null,
  termNumber: 4,
  statusSince: null,
  graceEndsOn: null,
  renewed: false,
  firstUnpaidDueOn: '2026-02-28',
};
const subject: Subject = { customer, policy };

function answer(field: string, op: string, value: unknown, about: Subject = subject): boolean {
  return evaluateRule({ field, op, value } as Leaf, about, today);
}

describe('evaluateRule', () => {
  it.each([
    ['policy.line', 'eq', 'motor', true],
    ['policy.line', 'in', ['home', 'motor'], true],
    ['policy.line', 'notIn', ['home', 'motor'], false],
    ['policy.premiumMinor', 'gt', 52_500, false],
    ['policy.premiumMinor', 'gte', 52_500, true],
    ['policy.premiumMinor', 'lt', 52_501, true],
    ['policy.premiumMinor', 'lte', 52_499, false],
    ['policy.premiumMinor', 'between', [52_500, 52_500], true],
    ['policy.premiumChangePercent', 'eq', 5, true],
    ['policy.renewalDate', 'within', 10, true],
    ['policy.renewalDate', 'within', 9, false],
    ['policy.renewalDate', 'within', -10, false],
    ['policy.startDate', 'within', -1460, true],
    ['policy.renewalDate', 'gt', '2026-03-09', true],
    ['policy.hasOverdueInstalment', 'eq', false, true],
    ['customer.age', 'eq', 66, true],
    ['customer.familyName', 'contains', 'ÚÑ', true],
    ['customer.familyName', 'startsWith', 'nÚÑ', true],
    ['customer.familyName', 'eq', 'núñez', false],
    ['customer.familyName', 'contains', '%', false],
    ['customer.lines', 'contains', 'motor', true],
    ['customer.lines', 'contains', 'home', false],
    ['customer.email', 'exists', true, true],
    ['customer.phone', 'exists', true, false],
    ['customer.phone', 'exists', false, true],
  ])('%s %s %j is %s', (field, op, value, expected) => {
    expect(answer(field, op, value)).toBe(expected);
  });

  it('finds today within any number of days, and an edge day within just as many', () => {
    for (const days of [0, 5, -5]) {
      for (const [date, expected] of [
        [today, true],
        [addDays(today, days), true],
        [addDays(today, days + (days < 0 ? -1 : 1)), false],
      ] as const) {
        const moved = { customer, policy: { ...policy, renewalDate: date } };
        expect(answer('policy.renewalDate', 'within', days, moved), `${date} within ${days}`).toBe(expected);
      }
    }
  });

  it('calls an instalment overdue from the day after it was due', () => {
    const rule: Leaf = { field: 'policy.hasOverdueInstalment', op: 'eq', value: true };
    expect(evaluateRule(rule, subject, '2026-02-28')).toBe(false);
    expect(evaluateRule(rule, subject, '2026-03-01')).toBe(true);
  });

  it('knows no change of the premium where there was none before', () => {
    for (const previousPremiumMinor of [null, 0]) {
      const fresh = { customer, policy: { ...policy, previousPremiumMinor } };
      expect(answer('policy.premiumChangePercent', 'exists', false, fresh)).toBe(true);
    }
  });

  it('folds capitals as PostgreSQL does, one character at a time', () => {
    const named = (familyName: string): Subject => ({ customer: { ...customer, familyName }, policy });
    expect(answer('customer.familyName', 'contains', 'izmir', named('İZMİR'))).toBe(true);
    expect(answer('customer.familyName', 'contains', 'οδοσ', named('ΟΔΟΣ'))).toBe(true);
    expect(answer('customer.familyName', 'contains', 'STRASSE', named('Straße'))).toBe(false);
  });

  it('is satisfied by no comparison with a missing value, but by its denials', () => {
    fc.assert(
      fc.property(leafArbitrary, (leaf) => {
        const nobody = { customer: { ...customer, lines: [] }, policy: null };
        if (!leaf.field.startsWith('policy.')) return;
        const expected =
          leaf.op === 'ne' || leaf.op === 'notIn' || (leaf.op === 'exists' && leaf.value === false);
        expect(evaluateRule(leaf, nobody, today)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('obeys the laws of logic', () => {
    fc.assert(
      fc.property(ruleArbitrary, ruleArbitrary, subjectArbitrary, (a, b, about) => {
        const is = (rule: Rule): boolean => evaluateRule(rule, about, today);
        expect(is({ not: a })).toBe(!is(a));
        expect(is({ all: [a, b] })).toBe(is(a) && is(b));
        expect(is({ any: [a, b] })).toBe(is(a) || is(b));
        expect(is({ not: { all: [a, b] } })).toBe(is({ any: [{ not: a }, { not: b }] }));
      }),
      { numRuns: 2000 },
    );
    expect(evaluateRule({ all: [] }, subject, today)).toBe(true);
    expect(evaluateRule({ any: [] }, subject, today)).toBe(false);
  });

  it('makes ne the denial of eq, notIn of in, and between of both its ends', () => {
    fc.assert(
      fc.property(leafArbitrary, subjectArbitrary, (leaf, about) => {
        const is = (op: Leaf['op'], value = leaf.value): boolean =>
          evaluateRule({ ...leaf, op, value }, about, today);
        if (leaf.op === 'eq') expect(is('ne')).toBe(!is('eq'));
        if (leaf.op === 'in') {
          expect(is('notIn')).toBe(!is('in'));
          expect(is('in')).toBe((leaf.value as string[]).some((value) => is('eq', value)));
        }
        if (leaf.op === 'between') {
          const [low, high] = leaf.value as [number, number];
          expect(is('between')).toBe(is('gte', low) && is('lte', high));
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('readField', () => {
  it('reads values of the type that the catalogue gives them, and none but where one may be missing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fieldNames), subjectArbitrary, (name, about) => {
        const field = fieldOf(name);
        const value = readField(about, name, today);
        if (value === null) {
          expect(field.nullable || about.policy === null).toBe(true);
          return;
        }
        const types = {
          text: 'string',
          choice: 'string',
          date: 'string',
          boolean: 'boolean',
          list: 'object',
        };
        expect(typeof value).toBe(types[field.type as keyof typeof types] ?? 'number');
      }),
      { numRuns: 3000 },
    );
  });
});

describe('explainRule', () => {
  it('comes to the same answer as the evaluator, in every part', () => {
    const agree = (rule: Rule, about: Subject): void => {
      const explanation = explainRule(rule, about, today);
      expect(explanation.matched).toBe(evaluateRule(rule, about, today));
      const parts = 'all' in rule ? rule.all : 'any' in rule ? rule.any : 'not' in rule ? [rule.not] : [];
      expect(explanation.parts).toHaveLength(parts.length);
      for (const part of parts) agree(part, about);
    };
    fc.assert(fc.property(ruleArbitrary, subjectArbitrary, agree), { numRuns: 1000 });
  });

  it.each<[Rule, string]>([
    [
      { field: 'policy.line', op: 'in', value: ['home', 'motor'] },
      'the line is one of home, motor: yes, it is motor',
    ],
    [
      { field: 'policy.status', op: 'eq', value: 'claim_death' },
      'the policy status is claim death: no, it is in force',
    ],
    [
      { field: 'policy.renewalDate', op: 'within', value: 30 },
      'the renewal date lies within the next 30 days: yes, it is 2026-03-10',
    ],
    [
      { field: 'policy.renewalDate', op: 'lt', value: '2026-03-01' },
      'the renewal date is before 2026-03-01: no, it is 2026-03-10',
    ],
    [
      { field: 'policy.premiumMinor', op: 'between', value: [1, 2] },
      'the premium is between 1 and 2: no, it is 52500',
    ],
    [
      { field: 'customer.phone', op: 'exists', value: true },
      'the telephone number is known: no, it is not known',
    ],
    [{ field: 'policy.doNotRenew', op: 'eq', value: false }, 'the do-not-renew flag is no: yes, it is no'],
    [
      { not: { field: 'customer.age', op: 'gte', value: 65 } },
      'no: not (the age is at least 65: yes, it is 66)',
    ],
    [{ all: [] }, 'yes, all of these: (no conditions)'],
    [
      {
        any: [
          { field: 'policy.line', op: 'eq', value: 'home' },
          { field: 'policy.line', op: 'eq', value: 'motor' },
        ],
      },
      'yes, any of these: (the line is home: no, it is motor; the line is motor: yes, it is motor)',
    ],
  ])('says of %j: %s', (rule, text) => {
    expect(explainRule(rule, subject, today).text).toBe(text);
  });
});
