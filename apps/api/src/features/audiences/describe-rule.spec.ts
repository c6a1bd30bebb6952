import type { Rule } from '@aftercare/domain';
import { expect, test } from 'vitest';
import { describeRule } from './describe-rule.js';

const line: Rule = { field: 'policy.line', op: 'in', value: ['motor', 'home'] };
const age: Rule = { field: 'customer.age', op: 'gte', value: 65 };

test.each<[Rule, string]>([
  [line, 'line is one of motor, home'],
  [{ all: [line, age] }, 'line is one of motor, home and age is at least 65'],
  [
    { any: [age, { all: [line, { not: age }] }] },
    'age is at least 65 or (line is one of motor, home and not (age is at least 65))',
  ],
  [{ all: [] }, 'everybody'],
  [{ any: [] }, 'nobody'],
  [{ field: 'policy.status', op: 'eq', value: 'in_force' }, 'policy status is in force'],
  [{ field: 'policy.renewalDate', op: 'within', value: 30 }, 'renewal date lies within the next 30 days'],
  [{ field: 'policy.renewalDate', op: 'within', value: -1 }, 'renewal date lies within the last 1 days'],
  [{ field: 'policy.startDate', op: 'lt', value: '2020-01-01' }, 'start date is before 2020-01-01'],
  [{ field: 'policy.premiumMinor', op: 'between', value: [1, 2] }, 'premium is between 1 and 2'],
  [{ field: 'customer.email', op: 'exists', value: false }, 'e-mail address is not known'],
  [{ field: 'customer.marketingConsent', op: 'eq', value: true }, 'consent to marketing is yes'],
])('%j reads "%s"', (rule, words) => {
  expect(describeRule(rule)).toBe(words);
});
