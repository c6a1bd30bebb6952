import { z } from 'zod';
import { customer, instant, link, text, timeZone } from '../fields.js';

export const schema = z.object({
  customer,
  event: z.object({ title: text(120), startsAt: instant, timeZone }),
  /** Paragraphs are parted by an empty line. */
  message: text(1500),
  slides: z.object({ label: text(60), url: link }).nullable(),
  /** What is good to remember, also for those who were not there. */
  takeaways: z.array(text(300)).min(1).max(8).nullable(),
});

export const code = { schema };
