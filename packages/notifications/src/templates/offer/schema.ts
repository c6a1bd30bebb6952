import { z } from 'zod';
import { customer, link, money, text } from '../fields.js';

/** A service that customers may use now. What it is, staff write in the reader's language. */
export const schema = z.object({
  customer,
  offer: z.object({
    title: text(120),
    /** Paragraphs are parted by an empty line. */
    summary: text(1500),
    /** Who gives it. */
    provider: text(160),
    /** Null when it is free. */
    price: money.nullable(),
    /** How much of it: "once a year, up to two hours". */
    allowance: text(160).nullable(),
    validUntil: z.iso.date().nullable(),
    /** How to get it. */
    steps: z.array(text(300)).min(1).max(6),
  }),
  actionUrl: link,
});

export const code = { schema };
