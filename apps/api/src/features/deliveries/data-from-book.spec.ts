import type { Campaign } from '@aftercare/domain';
import { expect, it } from 'vitest';
import type { ClaimedRow } from './chunk.repository.js';
import { dataFromBook } from './data-from-book.js';
import type { LoadedPolicy, RowFacts } from './facts.repository.js';

const policy = {
  ...{ line: 'home', status: 'in_force', startDate: '2026-05-01', renewalDate: '2027-05-01', termNumber: 1 },
  ...{ premiumMinor: 48_000, previousPremiumMinor: null, currency: 'GBP', paymentMode: 'annual' },
  ...{ statusSince: null, graceEndsOn: null, endDate: null, coolingOffEndsOn: null, owed: null },
};
const owed = { dueDate: '2026-06-01', amountMinor: 4_000, currency: 'GBP' };
const due = { amountMinor: 4_000, currency: 'GBP' };
const premium = { amountMinor: 48_000, currency: 'GBP' };
const grace = { status: 'grace', statusSince: '2026-05-20', graceEndsOn: '2026-06-19' };

function taken(
  template: string,
  change: object,
  { region = 'GB-ENG', field = 'policy.anniversary', today = '2026-06-05' } = {},
) {
  return dataFromBook[template]?.({
    row: { anchorDate: '2026-06-01' } as ClaimedRow,
    campaign: { trigger: { type: 'date', field } } as Campaign,
    facts: { customer: { region, birthDate: '1960-06-06', policyCount: 3 } } as RowFacts,
    policy: { ...policy, ...change } as unknown as LoadedPolicy,
    today,
    portalUrl: 'https://care.example',
  });
}

it.each([
  ['renewal-reminder', {}, { shopAround: 'standard', grace: null }],
  ['renewal-reminder', { startDate: '2020-05-01' }, { shopAround: 'longStanding' }],
  ['renewal-reminder', { line: 'life' }, { shopAround: null }],
  ['renewal-reminder', grace, { grace: { endsOn: '2026-06-19', due: premium } }],
  ['payment-reminder', { owed }, { dueOn: '2026-06-01', amount: due, grace: null }],
  ['payment-reminder', grace, { dueOn: '2026-05-20', amount: premium, grace: { endsOn: '2026-06-19' } }],
  ['payment-reminder', {}, { dueOn: null }],
  ['lapse-help', { owed }, { owed: due, graceEndsOn: null }],
  ['lapse-help', { owed: { ...owed, dueDate: '2026-06-05' } }, { owed: null }],
  ['lapse-help', grace, { owed: premium, graceEndsOn: '2026-06-19' }],
  ['cooling-off', { coolingOffEndsOn: '2026-06-05' }, { coolingOffEndsOn: '2026-06-05' }],
  ['welcome', { coolingOffEndsOn: '2026-06-04' }, { startDate: '2026-05-01', coolingOffEndsOn: null }],
  ['win-back', { statusSince: '2026-05-30' }, { endedOn: '2026-05-30', reinstateBy: null }],
  ['win-back', { endDate: '2026-05-29' }, { endedOn: '2026-05-29' }],
  ['claim-check-in', {}, { closedOn: '2026-06-01', satisfactionUrl: null }],
  ['we-are-here', {}, { policyCount: 3 }],
  ['life-stage-check', {}, { occasion: 'anniversary', age: 65 }],
])('%s, where the policy has %j, takes %j', (template, change, expected) => {
  expect(taken(template, change)).toMatchObject(expected);
});

it('knows a birthday, the age on that very day, and by when a policy may be taken up again', () => {
  const birthday = { field: 'customer.birthday', today: '2026-06-06' };
  expect(taken('life-stage-check', {}, birthday)).toEqual({ occasion: 'birthday', age: 66 });
  const lapsed = { line: 'life', statusSince: '2026-05-30' };
  expect(taken('win-back', lapsed, { region: 'CN-SH' })).toMatchObject({ reinstateBy: '2028-05-30' });
});
