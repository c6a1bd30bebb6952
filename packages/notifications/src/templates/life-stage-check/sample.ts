import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

function variants(customer: Data['customer']): TemplateSample[] {
  const data: Data = {
    customer,
    occasion: 'birthday',
    age: 47,
    actionUrl: 'https://portal.harbour.example/',
  };
  const of = (name: string, change: Partial<Data>) => ({
    name,
    today: '2026-05-04',
    data: { ...data, ...change },
  });
  return [
    of('birthday', {}),
    of('birthday, young', { age: 24 }),
    of('anniversary, before retirement', { occasion: 'anniversary', age: 61 }),
    of('anniversary, retired', { occasion: 'anniversary', age: 78 }),
    of('anniversary, age not known', { occasion: 'anniversary', age: null }),
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants({ givenName: 'Margaret', familyName: 'Hollis' }),
  'zh-CN': variants({ givenName: '秀英', familyName: '李' }),
};
