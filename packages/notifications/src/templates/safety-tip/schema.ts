import { z } from 'zod';
import { customer, link, text } from '../fields.js';

/** A tip is content that staff write and keep, in the reader's language; the template only shows it. */
export const schema = z.object({
  customer,
  tip: z.object({
    peril: z.enum(['winter_motor', 'freezing_pipes', 'flood', 'typhoon', 'fire', 'theft', 'falls']),
    title: text(120),
    /** Paragraphs are parted by an empty line. */
    intro: text(1500),
    checklist: z.array(text(300)).min(2).max(12),
    /** The one thing never to do. */
    warning: text(300).nullable(),
    source: z.object({ name: text(160), url: link.nullable() }),
  }),
  actionUrl: link.nullable(),
});

export const code = { schema };
