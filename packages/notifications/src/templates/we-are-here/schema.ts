import { z } from 'zod';
import { customer, link } from '../fields.js';

/** To somebody who has heard nothing from us for a while but about claims and payments. */
export const schema = z.object({
  customer,
  /** Policies in force or in grace. */
  policyCount: z.int().min(1),
  actionUrl: link,
});

export const code = { schema };
