import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

function variants(customer: Data['customer']): TemplateSample[] {
  const data: Data = { customer, policyCount: 3, actionUrl: 'https://portal.harbour.example/' };
  return [
    { name: 'several policies', today: '2026-05-04', data },
    { name: 'one policy', today: '2026-05-04', data: { ...data, policyCount: 1 } },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants({ givenName: 'Margaret', familyName: 'Hollis' }),
  'zh-CN': variants({ givenName: '秀英', familyName: '李' }),
};
