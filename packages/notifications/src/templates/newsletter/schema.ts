import { z } from 'zod';
import { customer, link, text } from '../fields.js';

const article = z.object({
  title: text(140),
  /** Paragraphs are parted by an empty line. */
  summary: text(1500),
  link: z.object({ label: text(60), url: link }).nullable(),
});

/** An issue is content that staff write, in the reader's language; the template only shows it. */
export const schema = z.object({
  customer,
  issue: z.object({
    /** Which issue it is: "Spring 2026". */
    label: text(60),
    title: text(140),
    intro: text(1500),
  }),
  articles: z.array(article).min(1).max(12),
  archiveUrl: link.nullable(),
});

export const code = { schema };
