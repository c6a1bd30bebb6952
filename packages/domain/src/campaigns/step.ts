import { z } from 'zod';
import { ruleSchema, type Rule } from '../rules/rule.js';
import { localTime, slug, strict } from './parts.js';

/** One arm of an experiment: what it leaves out is the step's own. */
const variant = strict({
  key: slug,
  /** Of the step's people; the shares of a step's variants add up to 1. */
  share: z.number().gt(0).lte(1),
  at: localTime.optional(),
  template: slug.optional(),
  content: z.record(z.string(), z.json()).optional(),
});

/** `email`; `portal`: a notice on the member's pages; `task`: a person of the staff does it. */
export const channels = ['email', 'portal', 'task'] as const;
export type Channel = (typeof channels)[number];

/** One step as a campaign file has it. */
export const stepSchema = strict({
  /** Names the step in the ledger for ever: never give an old key to a new step. */
  key: slug,
  /** Days after the trigger's date; negative: before it. */
  offsetDays: z.int().min(-400).max(400).default(0),
  /** Local time. May be left out where the trigger has one of its own. */
  at: localTime.optional(),
  channel: z.enum(channels, { error: `must be one of ${channels.join(', ')}` }).default('email'),
  /** May be left out of a task, whose content says what to do. */
  template: slug.optional(),
  /**
   * What the letter says that the book does not know: an issue's articles, an event's place, a tip. Of a task:
   * `title` and `instructions`.
   */
  content: z.record(z.string(), z.json()).default({}),
  /** A condition of this step alone, beside the campaign's audience. */
  when: ruleSchema.nullable().default(null),
  /** Arms of an experiment on subject, content or time; who gets which is fixed by a hash of the subject. */
  variants: z.array(variant).max(10).default([]),
});

type StepFile = z.output<typeof stepSchema>;
export type Variant = z.output<typeof variant>;

/** The template that stands in the ledger for a task: it has no letter. */
export const taskTemplate = 'task';

export interface Step {
  readonly key: string;
  readonly offsetDays: number;
  /** Local time of day, HH:MM; the trigger's own where the file gave none. */
  readonly at: string;
  readonly channel: Channel;
  /** `task` for a task. */
  readonly template: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly when: Rule | null;
  readonly variants: readonly Variant[];
}

/** What is wrong with the steps of a file, each fault with its path below `steps`. */
export function stepProblems(
  steps: readonly StepFile[],
  timeOfTrigger: string | null,
): { path: (string | number)[]; message: string }[] {
  const repeated = (keys: readonly string[], index: number) => keys.indexOf(keys[index]!) !== index;
  const keys = steps.map(({ key }) => key);
  return steps.flatMap((step, index) => {
    const problems: { path: (string | number)[]; message: string }[] = [];
    const found = (path: (string | number)[], message: string) =>
      problems.push({ path: [index, ...path], message });
    if (repeated(keys, index)) found(['key'], `the key ${step.key} is given to two steps`);
    if (step.at === undefined && timeOfTrigger === null) found(['at'], 'a local time is needed, like 09:00');
    if (step.channel !== 'task' && step.template === undefined) found(['template'], 'a template is needed');
    const arms = step.variants.map(({ key }) => key);
    for (const [arm, { key }] of step.variants.entries()) {
      if (repeated(arms, arm)) found(['variants', arm, 'key'], `the key ${key} is given to two variants`);
    }
    const shares = step.variants.reduce((sum, { share }) => sum + share, 0);
    if (step.variants.length > 0 && Math.abs(shares - 1) > 1e-9) {
      found(['variants'], `the shares must add up to 1; they add up to ${Number(shares.toFixed(6))}`);
    }
    return problems;
  });
}
