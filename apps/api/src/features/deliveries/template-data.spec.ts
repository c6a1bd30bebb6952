import { describe, expect, it } from 'vitest';
import type { Campaign } from '@aftercare/domain';
import type { ClaimedRow } from './chunk.repository.js';
import type { RowFacts } from './facts.repository.js';
import { templateData } from './template-data.js';

const policy = {
  ...{
    id: 'P 1',
    line: 'motor',
    product: 'Plus',
    status: 'in_force',
    renewalDate: '2031-06-05',
    termNumber: 1,
  },
  ...{
    premiumMinor: 480,
    previousPremiumMinor: null,
    currency: 'EUR',
    paymentMode: 'annual',
    graceEndsOn: null,
  },
  ...{
    insuredObject: { kind: 'car', make: 'Toyota', model: 'Corolla', plate: 'AB12 CDE', year: 2021 },
    owed: null,
  },
};

function dataOf(given: {
  template?: string;
  locale?: string | null;
  content?: Record<string, unknown>;
  variant?: string;
  policy?: Record<string, unknown>;
}) {
  const row = {
    template: given.template ?? 'renewal-reminder',
    step: 's1',
    policyId: 'P 1',
    termNo: 1,
    variant: given.variant ?? null,
  };
  const campaign = {
    steps: [
      { key: 's0', content: { never: 1 }, variants: [] },
      {
        ...{ key: 's1', content: given.content ?? {} },
        variants: [
          { key: 'short', share: 0.5, content: { en: { title: 'Short' }, 'zh-CN': { title: '短' } } },
          { key: 'early', share: 0.5, at: '07:00' },
        ],
      },
    ],
  };
  const facts = {
    customer: { givenName: 'Ann', familyName: null, locale: given.locale ?? null, policyCount: 2 },
    policies: [{ ...policy, ...given.policy }],
  };
  return templateData(
    row as unknown as ClaimedRow,
    campaign as unknown as Campaign,
    facts as unknown as RowFacts,
    '2031-05-06',
    'https://care.example',
  );
}

describe('the data of a template', () => {
  it('names the reader and the policy', () => {
    expect(dataOf({})).toMatchObject({
      customer: { givenName: 'Ann', familyName: null },
      policy: { number: 'P 1', line: 'motor', product: 'Plus', insuredObject: 'Toyota Corolla, AB12 CDE' },
      actionUrl: 'https://care.example/policies/P%201',
    });
  });

  it.each([
    [{ make: 'Toyota', model: 'Corolla', registration: 'AB12', plate: 'CD34' }, 'Toyota Corolla, AB12'],
    [{ description: 'Van', make: 'Ford', plate: 'CD34', address: 'Quay 1' }, 'Van, CD34, Quay 1'],
    [{ make: ' ', model: 'Corolla', year: 2021, address: 'Quay 1' }, 'Corolla, Quay 1'],
    [{ address: 'a'.repeat(200) }, 'a'.repeat(160)],
    [{ make: 7 }, null],
    [null, null],
  ])('says of %j: %j', (insured, words) => {
    expect(dataOf({ policy: { insuredObject: insured } })).toMatchObject({
      policy: { insuredObject: words },
    });
  });

  it('puts the previous premium beside the new one, or says that there is none', () => {
    expect(dataOf({})).toMatchObject({
      premium: { amountMinor: 480, currency: 'EUR' },
      previousPremium: null,
    });
    expect(dataOf({ policy: { previousPremiumMinor: 450 } })).toMatchObject({
      previousPremium: { amountMinor: 450, currency: 'EUR' },
    });
  });

  it('invents no amount that the book does not say', () => {
    expect(dataOf({ policy: { premiumMinor: null } })).toMatchObject({ premium: null });
    expect(dataOf({ policy: { currency: null } })).toMatchObject({ premium: null });
  });

  it('asks in grace for what is owed, until when', () => {
    const owed = { dueDate: '2031-04-20', amountMinor: 40, currency: 'EUR' };
    expect(dataOf({ policy: { status: 'grace', graceEndsOn: '2031-05-20', owed } })).toMatchObject({
      grace: { endsOn: '2031-05-20', due: { amountMinor: 40, currency: 'EUR' } },
    });
  });

  it.each([
    ['zh-Hans-CN', '提示'],
    ['en-GB', 'Tip'],
    ['fr', 'Tip'],
    [null, 'Tip'],
  ])('takes content in the language of %s', (locale, title) => {
    const content = { en: { title: 'Tip' }, 'zh-CN': { title: '提示' } };
    expect(dataOf({ template: 'safety-tip', locale, content })).toMatchObject({ title });
  });

  it('takes content in one language as it is, over what the book says', () => {
    const content = { tip: { title: 'Tip' }, actionUrl: null };
    expect(dataOf({ template: 'safety-tip', content })).toMatchObject(content);
  });

  it("lets an arm of an experiment say something else, in the reader's language", () => {
    const content = { title: 'Long', tip: 'the same' };
    const given = { template: 'safety-tip', content };
    expect(dataOf({ ...given, variant: 'short' })).toMatchObject({ title: 'Short', tip: 'the same' });
    expect(dataOf({ ...given, variant: 'short', locale: 'zh-CN' })).toMatchObject({ title: '短' });
    expect(dataOf({ ...given, variant: 'early' })).toMatchObject(content);
  });
});
