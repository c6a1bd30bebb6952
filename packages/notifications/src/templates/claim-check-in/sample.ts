import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  policy: {
    number: 'HOM-2023-118203',
    line: 'home',
    product: 'Home & Contents',
    insuredObject: '14 Mill Lane, Ashby',
  },
  closedOn: '2026-04-02',
  satisfactionUrl: 'https://portal.harbour.example/claims/2026-118/answer',
  actionUrl: 'https://portal.harbour.example/policies/HOM-2023-118203',
};

const chinese: Data = {
  customer: { givenName: '建国', familyName: '陈' },
  policy: {
    number: 'JC-2023-55120',
    line: 'home',
    product: '家财无忧',
    insuredObject: '上海市徐汇区桂林西街98号',
  },
  closedOn: '2026-04-02',
  satisfactionUrl: 'https://portal.harbour.example/claims/2026-118/answer',
  actionUrl: 'https://portal.harbour.example/policies/JC-2023-55120',
};

const variants = (data: Data): TemplateSample[] => [
  { name: 'with a page for the answer', today: '2026-04-07', data },
  {
    name: 'by reply, policy not known',
    today: '2026-04-07',
    data: { ...data, policy: null, closedOn: null, satisfactionUrl: null },
  },
];

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};
