import { z } from 'zod';
import { customer, link, policy } from '../fields.js';

export const schema = z.object({
  customer,
  /** Null when it is not known under which policy the claim was made. */
  policy: policy.nullable(),
  closedOn: z.iso.date().nullable(),
  /** The page that takes the answer, which is added to it as `answer=1` to `5`; null: the reader is asked to reply. */
  satisfactionUrl: link.nullable(),
  actionUrl: link,
});

function view(data: z.output<typeof schema>): object {
  return { ...data, answers: data.satisfactionUrl === null ? null : answers(data.satisfactionUrl) };
}

/** Opening one of them only shows the page with the answer filled in: mail scanners open links too. */
function answers(page: string): { value: number; link: string }[] {
  return [1, 2, 3, 4, 5].map((value) => {
    const link = new URL(page);
    link.searchParams.set('answer', String(value));
    return { value, link: link.href };
  });
}

export const code = { schema, view };
