import { describe, expect, it } from 'vitest';
import type { Campaign } from '@aftercare/domain';
import type { ClaimedRow } from './chunk.repository.js';
import type { LoadedPolicy, RowFacts } from './facts.repository.js';
import { gateFacts, policyOf } from './gate-facts.js';

const terms = {
  ...{ id: 'p1', line: 'motor', status: 'in_force', termNumber: 2, startDate: '2031-05-20', timeZone: null },
  ...{ renewalDate: '2032-05-20', coolingOffEndsOn: '2031-06-05', doNotRenew: true },
};

/** What the gate is asked about a row of the fifth of June. */
function askedAbout(given: {
  field?: string;
  subject?: 'policy' | 'customer';
  policies?: object[];
  row?: object;
}) {
  const { field = 'policy.coolingOffEnd', subject = 'policy', policies = [terms] } = given;
  const row = {
    ...{ policyId: 'p1', termNo: 2, anchorDate: '2031-06-05', class: 'service', step: 's', recipient: null },
    ...{ dueAt: new Date(0), expiresAt: new Date(0), ...given.row },
  } as unknown as ClaimedRow;
  const campaign = {
    ...{ subject, trigger: { type: 'date', field }, startsOn: null, steps: [], exitWhen: null, merge: null },
    audience: { field: 'policy.line', op: 'eq', value: 'motor' },
  } as unknown as Campaign;
  const facts = {
    ...{ customer: { region: null }, policies, consents: [], closedDays: [], events: [] },
    ...{ hours: { opens: '00:00', closes: '24:00' }, personContacts: [], addressContacts: [] },
  } as unknown as RowFacts;
  return gateFacts(row, campaign, facts, policyOf(row, facts), { zone: 'UTC', today: '2031-05-25' });
}

describe('what the contact gate is asked', () => {
  it.each([
    ['policy.coolingOffEnd', {}, false],
    ['policy.coolingOffEnd', { coolingOffEndsOn: '2031-06-06' }, true],
    ['policy.coolingOffEnd', { coolingOffEndsOn: null }, true],
    ['policy.startDate', { startDate: '2031-06-05' }, false],
    ['policy.renewalDate', {}, true],
  ])('is whether %s still stands, of a policy with %j', (field, changed, dateChanged) => {
    expect(askedAbout({ field, policies: [{ ...terms, ...changed }] })).toMatchObject({ dateChanged });
  });

  it("speaks of the policy as of the row's own term", () => {
    expect(askedAbout({ field: 'policy.renewalDate', row: { termNo: 1 } })).toMatchObject({
      ...{ renewed: true, dateChanged: false, policyFound: true, doNotRenew: true },
    });
  });

  it("is about the one policy, or any of the customer's", () => {
    const home = { ...terms, id: 'p2', line: 'home' } satisfies Partial<Record<keyof LoadedPolicy, unknown>>;
    const about = (subject: 'policy' | 'customer', policyId: string | null) =>
      askedAbout({ subject, policies: [terms, home], row: { policyId } }).inAudience;
    expect(about('policy', 'p1')).toBe(true);
    expect(about('policy', 'p2')).toBe(false);
    expect(about('policy', 'gone')).toBe(false);
    expect(about('customer', null)).toBe(true);
  });
});
