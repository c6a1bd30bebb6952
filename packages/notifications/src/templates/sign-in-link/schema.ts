import { z } from 'zod';
import { customer, instant, link } from '../fields.js';

export const schema = z.object({
  customer,
  signInUrl: link,
  minutes: z.int().positive(),
  expiresAt: instant,
});

export const code = { schema };
