import { z } from 'zod';
import { customer, link } from '../fields.js';

export const schema = z.object({
  customer,
  /** How many policies the check looks at. */
  policyCount: z.int().min(1),
  minutes: z.int().min(1).max(60),
  /** Null for the first check. */
  lastCheckOn: z.iso.date().nullable(),
  actionUrl: link,
});

export const code = { schema };
