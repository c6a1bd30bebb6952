import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  policy: {
    number: 'MOT-2021-004417',
    line: 'motor',
    product: 'Motor Comprehensive',
    insuredObject: 'Toyota Corolla, KX19 HLM',
  },
  renewalDate: '2026-04-12',
  premium: { amountMinor: 48_620, currency: 'GBP' },
  previousPremium: { amountMinor: 45_180, currency: 'GBP' },
  paymentMode: 'annual',
  automatic: false,
  grace: null,
  shopAround: 'standard',
  actionUrl: 'https://portal.harbour.example/policies/MOT-2021-004417/renewal',
};

const chinese: Data = {
  customer: { givenName: '建国', familyName: '陈' },
  policy: {
    number: 'CX-88120-6634',
    line: 'motor',
    product: '家用车综合险',
    insuredObject: '大众朗逸，沪A·8K236',
  },
  renewalDate: '2026-04-12',
  premium: { amountMinor: 398_000, currency: 'CNY' },
  previousPremium: { amountMinor: 421_500, currency: 'CNY' },
  paymentMode: 'annual',
  automatic: false,
  grace: null,
  shopAround: null,
  actionUrl: 'https://portal.harbour.example/policies/CX-88120-6634/renewal',
};

function variants(data: Data): TemplateSample[] {
  const { currency } = data.premium;
  const grace = { endsOn: '2026-04-20', due: { amountMinor: 12_155, currency } };
  const life = { number: 'L-77120345', line: 'life' as const, product: null, insuredObject: null };
  return [
    { name: 'early', today: '2026-03-13', data },
    { name: 'last days', today: '2026-04-07', data: { ...data, shopAround: 'standard' } },
    { name: 'last day, renews by itself', today: '2026-04-11', data: { ...data, automatic: true } },
    { name: 'grace', today: '2026-04-10', data: { ...data, policy: life, paymentMode: 'quarterly', grace } },
    { name: 'past', today: '2026-04-15', data: { ...data, shopAround: 'longStanding' } },
    { name: 'fourth renewal', today: '2026-03-13', data: { ...data, shopAround: 'longStanding' } },
    {
      name: 'first year, no name',
      today: '2026-03-13',
      data: { ...data, customer: { givenName: null, familyName: null }, previousPremium: null },
    },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};
