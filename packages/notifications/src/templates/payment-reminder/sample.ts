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
  dueOn: '2026-04-01',
  amount: { amountMinor: 4_120, currency: 'GBP' },
  paymentMode: 'monthly',
  grace: null,
  actionUrl: 'https://portal.harbour.example/policies/MOT-2021-004417',
};

const chinese: Data = {
  customer: { givenName: '建国', familyName: '陈' },
  policy: {
    number: 'CX-88120-6634',
    line: 'motor',
    product: '家用车综合险',
    insuredObject: '大众朗逸，沪A·8K236',
  },
  dueOn: '2026-04-01',
  amount: { amountMinor: 33_200, currency: 'CNY' },
  paymentMode: 'monthly',
  grace: null,
  actionUrl: 'https://portal.harbour.example/policies/CX-88120-6634',
};

function variants(data: Data): TemplateSample[] {
  const life = { number: 'L-77120345', line: 'life' as const, product: null, insuredObject: null };
  return [
    { name: 'before it is due', today: '2026-03-27', data },
    { name: 'overdue', today: '2026-04-06', data },
    {
      name: 'in grace',
      today: '2026-04-26',
      data: { ...data, policy: life, paymentMode: null, grace: { endsOn: '2026-05-01' } },
    },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};
