import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  policy: {
    number: 'HOM-2026-118203',
    line: 'home',
    product: 'Home & Contents',
    insuredObject: '14 Mill Lane, Ashby',
  },
  startDate: '2026-03-20',
  coolingOffEndsOn: '2026-04-03',
  actionUrl: 'https://portal.harbour.example/policies/HOM-2026-118203',
};

const chinese: Data = {
  customer: { givenName: '秀英', familyName: '李' },
  policy: { number: 'SX-2026-30917', line: 'life', product: '安心一生终身寿险', insuredObject: null },
  startDate: '2026-03-20',
  coolingOffEndsOn: '2026-04-04',
  actionUrl: 'https://portal.harbour.example/policies/SX-2026-30917',
};

const variants = (data: Data): TemplateSample[] => [
  { name: 'with a cooling-off period', today: '2026-03-18', data },
  { name: 'without', today: '2026-03-18', data: { ...data, coolingOffEndsOn: null } },
];

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};
