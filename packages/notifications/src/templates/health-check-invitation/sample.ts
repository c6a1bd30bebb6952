import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

function variants(customer: Data['customer']): TemplateSample[] {
  const data: Data = {
    customer,
    policyCount: 3,
    minutes: 10,
    lastCheckOn: null,
    actionUrl: 'https://portal.harbour.example/health-check',
  };
  return [
    { name: 'first check', today: '2026-05-04', data },
    { name: 'again', today: '2026-05-04', data: { ...data, policyCount: 1, lastCheckOn: '2025-05-06' } },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants({ givenName: 'Margaret', familyName: 'Hollis' }),
  'zh-CN': variants({ givenName: '秀英', familyName: '李' }),
};
