import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  policy: { number: 'L-77120345', line: 'life', product: 'Family Life', insuredObject: null },
  endedOn: '2026-03-01',
  reinstateBy: '2026-09-01',
  actionUrl: 'https://portal.harbour.example/policies/L-77120345',
};

const chinese: Data = {
  customer: { givenName: '秀英', familyName: '李' },
  policy: { number: 'SX-2021-30917', line: 'life', product: '安心一生终身寿险', insuredObject: null },
  endedOn: '2024-10-01',
  reinstateBy: '2026-10-01',
  actionUrl: 'https://portal.harbour.example/policies/SX-2021-30917',
};

const variants = (data: Data): TemplateSample[] => [
  { name: 'it can be taken up again', today: '2026-04-14', data },
  {
    name: 'only anew',
    today: '2026-04-14',
    data: { ...data, policy: { ...data.policy, line: 'motor', product: null }, reinstateBy: null },
  },
];

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};
