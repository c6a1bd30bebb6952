import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const sample = (customer: Data['customer']): TemplateSample => ({
  name: 'sign in',
  today: '2026-03-13',
  data: {
    customer,
    signInUrl: 'https://portal.harbour.example/sign-in/9f2c1be07a5d4e3c8b6f0d7a1c2e4b5a',
    minutes: 30,
    expiresAt: '2026-03-13T10:45:00Z',
  } satisfies Data,
});

export const samples: Record<Locale, TemplateSample[]> = {
  en: [sample({ givenName: 'Margaret', familyName: 'Hollis' })],
  'zh-CN': [sample({ givenName: '秀英', familyName: '李' })],
};
