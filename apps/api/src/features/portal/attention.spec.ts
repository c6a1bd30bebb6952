import { addDays } from '@aftercare/domain';
import { describe, expect, test } from 'vitest';
import { attentionOf, type PolicyStanding } from './attention.js';

const today = '2026-11-22';
const policy = (changes: Partial<PolicyStanding>): PolicyStanding => ({
  ...{
    policyId: 'P1',
    line: 'motor',
    product: null,
    status: 'in_force',
    statusSince: null,
    graceEndsOn: null,
  },
  ...{ renewalDate: null, premiumMinor: 100, previousPremiumMinor: 90, currency: 'EUR', doNotRenew: false },
  ...{ overdueSince: null, overdueMinor: null, nextDueDate: null, nextDueMinor: null },
  ...changes,
});
const kinds = (changes: Partial<PolicyStanding>) =>
  attentionOf([policy(changes)], today).map(({ kind }) => kind);

describe('what needs attention', () => {
  test.each<[string, Partial<PolicyStanding>, string[]]>([
    ['nothing', {}, []],
    ['renewal today', { renewalDate: today }, ['renewal']],
    ['renewal in 60 days', { renewalDate: addDays(today, 60) }, ['renewal']],
    ['renewal in 61 days', { renewalDate: addDays(today, 61) }, []],
    ['renewal yesterday', { renewalDate: addDays(today, -1) }, []],
    ['renewal of a policy that will not be renewed', { renewalDate: today, doNotRenew: true }, []],
    ['payment today', { nextDueDate: today }, ['payment_due']],
    ['payment in 30 days', { nextDueDate: addDays(today, 30) }, ['payment_due']],
    ['payment in 31 days', { nextDueDate: addDays(today, 31) }, []],
    ['payment yesterday', { overdueSince: addDays(today, -1) }, ['payment_overdue']],
    [
      'grace says what is owed, once',
      { status: 'grace', graceEndsOn: addDays(today, 5), overdueSince: addDays(today, -25) },
      ['grace'],
    ],
    ['grace without an end', { status: 'grace', overdueSince: addDays(today, -5) }, ['payment_overdue']],
    [
      'lapsed 60 days ago',
      { status: 'lapsed', statusSince: addDays(today, -60), overdueSince: addDays(today, -90) },
      ['lapsed'],
    ],
    ['lapsed 61 days ago', { status: 'lapsed', statusSince: addDays(today, -61) }, []],
    ['cancelled', { status: 'cancelled', overdueSince: addDays(today, -5), renewalDate: today }, []],
    ['a death claim', { status: 'claim_death', overdueSince: addDays(today, -5), renewalDate: today }, []],
  ])('%s', (_, changes, expected) => expect(kinds(changes)).toEqual(expected));

  test('comes most pressing first, then by date', () => {
    const list = attentionOf(
      [
        policy({ policyId: 'R2', renewalDate: addDays(today, 20) }),
        policy({ policyId: 'R1', renewalDate: addDays(today, 10), nextDueDate: addDays(today, 30) }),
        policy({ policyId: 'G', status: 'grace', graceEndsOn: addDays(today, 29) }),
      ],
      today,
    );
    expect(list.map(({ kind, policyId, daysLeft }) => [kind, policyId, daysLeft])).toEqual([
      ['grace', 'G', 29],
      ['payment_due', 'R1', 30],
      ['renewal', 'R1', 10],
      ['renewal', 'R2', 20],
    ]);
  });
});
