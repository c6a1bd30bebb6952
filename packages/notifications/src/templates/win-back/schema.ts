import type { ContentMark } from '@aftercare/domain';
import { z } from 'zod';
import { customer, link, policy } from '../fields.js';

export const schema = z.object({
  customer,
  policy,
  endedOn: z.iso.date(),
  /** The last day on which the same policy can be taken up again; null where there is no such right. */
  reinstateBy: z.iso.date().nullable(),
  actionUrl: link,
});

const carries = ['reinstatement_window'] as const satisfies readonly ContentMark[];

function view(data: z.output<typeof schema>, today: string): object {
  const open = data.reinstateBy !== null && data.reinstateBy >= today;
  return { ...data, reinstateBy: open ? data.reinstateBy : null, stage: open ? 'window' : 'anew' };
}

export const code = { schema, view, carries };
