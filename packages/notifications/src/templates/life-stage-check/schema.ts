import { z } from 'zod';
import { customer, link } from '../fields.js';

export const schema = z.object({
  customer,
  /** `birthday`: the customer's; `anniversary`: of a policy, or of the first one. */
  occasion: z.enum(['birthday', 'anniversary']),
  /** Picks the questions and is not mentioned. Null where it is not known. */
  age: z.int().min(0).max(130).nullable(),
  actionUrl: link,
});

/** From this age on, the questions of a stage are asked. */
const stages = [
  [65, 'later'],
  [50, 'nearing'],
  [30, 'building'],
  [0, 'starting'],
] as const;

function view(data: z.output<typeof schema>): object {
  const { age } = data;
  const stage = age === null ? 'building' : stages.find(([from]) => age >= from)?.[1];
  return { ...data, stage };
}

export const code = { schema, view };
