import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  policy: { number: 'L-77120345', line: 'life', product: 'Family Life', insuredObject: null },
  owed: { amountMinor: 12_155, currency: 'GBP' },
  graceEndsOn: '2026-05-01',
  actionUrl: 'https://portal.harbour.example/policies/L-77120345',
};

const chinese: Data = {
  customer: { givenName: '秀英', familyName: '李' },
  policy: { number: 'SX-2021-30917', line: 'life', product: '安心一生终身寿险', insuredObject: null },
  owed: { amountMinor: 128_000, currency: 'CNY' },
  graceEndsOn: '2026-05-01',
  actionUrl: 'https://portal.harbour.example/policies/SX-2021-30917',
};

function variants(data: Data): TemplateSample[] {
  const motor = { ...data.policy, line: 'motor' as const, product: null };
  return [
    { name: 'life, in grace', today: '2026-04-11', data },
    {
      name: 'motor, a payment failed',
      today: '2026-04-11',
      data: { ...data, policy: motor, owed: null, graceEndsOn: null },
    },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};
