import { z } from 'zod';
import { contactClasses } from '../contact/classes.js';
import { ruleSchema } from '../rules/rule.js';
import { isCivilDate } from '../time/civil-date.js';
import { recurrenceProblem } from '../time/recurrence.js';
import { oneLine, localTime, parseOnceAt, slug, strict } from './parts.js';
import { stepProblems, stepSchema, taskTemplate, type Step } from './step.js';
import { campaignSubjects, dateTriggerFieldNames, dateTriggerFields, triggerEvents } from './triggers.js';

const civilDate = z.string().refine(isCivilDate, { error: 'must be a date that exists, written YYYY-MM-DD' });

const dateTrigger = strict({
  type: z.literal('date'),
  field: z.enum(dateTriggerFieldNames, {
    error: ({ input }) =>
      `unknown date ${JSON.stringify(input) ?? 'nothing'}; valid dates are ${dateTriggerFieldNames.join(', ')}`,
  }),
});

const onceTrigger = strict({
  type: z.literal('once'),
  /** `2026-12-01T10:00` is ten o'clock wherever the customer is; with a zone or an offset it is one moment for all. */
  at: z.string().refine((at) => parseOnceAt(at) !== null, {
    error:
      'must be written 2026-12-01T10:00, with a zone behind it ([Europe/Paris], Z or +01:00) when it is one moment for all',
  }),
});

const recurringTrigger = strict({
  type: z.literal('recurring'),
  /** A recurrence rule of RFC 5545, without DTSTART: `FREQ=MONTHLY;BYMONTHDAY=1`. */
  rrule: z.string().max(500),
  at: localTime,
});

const eventTrigger = strict({
  type: z.literal('event'),
  event: z.enum(triggerEvents, { error: `must be one of ${triggerEvents.join(', ')}` }),
});

const trigger = z.discriminatedUnion('type', [dateTrigger, onceTrigger, recurringTrigger, eventTrigger], {
  error: 'trigger.type must be one of date, once, recurring, event',
});

/** What one reader is due on one day in one letter: that of all their policies, or of all who share their address. */
const merge = strict({
  by: z.enum(['customer', 'address'], { error: 'must be customer or address' }),
  /** The template of a letter that carries more than one. */
  template: slug,
});

/** What is noted of how a letter is used. What is left out is filled in by the class. */
const tracking = strict({
  /** Whether its links go by way of us, so that a click is known. */
  clicks: z.boolean().optional(),
  /** Whether it has a picture that tells when it is opened. */
  opens: z.boolean().optional(),
});

const campaignFile = strict({
  key: slug,
  name: oneLine,
  class: z.enum(contactClasses, { error: `must be one of ${contactClasses.join(', ')}` }),
  /** What a customer unsubscribes from. */
  topic: slug,
  /** 0 to 100; where a customer can get only one of two messages, the higher goes. */
  priority: z.int().min(0).max(100).default(10),
  subject: z.enum(campaignSubjects, { error: `must be one of ${campaignSubjects.join(', ')}` }),
  audience: ruleSchema,
  trigger,
  steps: z.array(stepSchema).min(1, { error: 'a campaign needs at least one step' }).max(50),
  exitWhen: ruleSchema.nullable().default(null),
  merge: merge.nullable().default(null),
  /** The share, 0 to 0.5, of the audience that is left out to measure what the campaign does. */
  holdout: z.number().min(0).max(0.5).default(0),
  /** How long after its time a message may still go out. */
  catchUpHours: z.int().min(1).max(2160).default(48),
  /** First and last local day of sending, both included. */
  startsOn: civilDate.nullable().default(null),
  endsOn: civilDate.nullable().default(null),
  tracking: tracking.default({}),
});

type CampaignFile = z.output<typeof campaignFile>;

export type Merge = z.output<typeof merge>;
export type Trigger = CampaignFile['trigger'];
export interface Tracking {
  readonly clicks: boolean;
  readonly opens: boolean;
}
export type Campaign = Omit<CampaignFile, 'steps' | 'tracking'> & { steps: Step[]; tracking: Tracking };

/** The time of day that a trigger brings along, for steps that give none. */
function timeOf(trigger: Trigger): string | null {
  if (trigger.type === 'once') return parseOnceAt(trigger.at)?.time ?? null;
  return trigger.type === 'recurring' ? trigger.at : null;
}

/**
 * A campaign file, as the contract has it; what is left out is filled in (priority 10, holdout 0, catch-up 48 hours,
 * no exit rule, no bounds, clicks tracked unless it is a legal notice, opens never). Strict: an unknown field is refused with the valid ones, for a misspelt one would
 * otherwise change who is written to without a word.
 */
export const campaignSchema = campaignFile
  .superRefine((campaign, context) => {
    const issue = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (campaign.trigger.type === 'date') {
      const { subject } = dateTriggerFields[campaign.trigger.field];
      if (subject !== campaign.subject) {
        issue(['trigger', 'field'], `${campaign.trigger.field} needs the subject "${subject}"`);
      }
    }
    if (campaign.trigger.type === 'recurring') {
      const problem = recurrenceProblem(campaign.trigger.rrule, campaign.startsOn);
      if (problem !== null) issue(['trigger', 'rrule'], `must be a recurrence rule of RFC 5545: ${problem}`);
    }
    for (const { path, message } of stepProblems(campaign.steps, timeOf(campaign.trigger))) {
      issue(['steps', ...path], message);
    }
    const { startsOn, endsOn } = campaign;
    if (startsOn !== null && endsOn !== null && endsOn < startsOn) {
      issue(['endsOn'], `must not lie before startsOn, ${startsOn}`);
    }
    if (campaign.class !== 'marketing' && campaign.holdout > 0) {
      issue(['holdout'], `must be 0: nobody may be left out of a ${campaign.class} message`);
    }
    for (const what of ['clicks', 'opens'] as const) {
      if (campaign.class === 'legal' && campaign.tracking[what] === true) {
        issue(['tracking', what], 'must be false: nothing is tracked in a legal notice');
      }
    }
  })
  .transform((campaign): Campaign => ({
    ...campaign,
    steps: campaign.steps.map((given) => ({
      ...given,
      at: given.at ?? timeOf(campaign.trigger) ?? '',
      template: given.template ?? taskTemplate,
    })),
    tracking: {
      clicks: campaign.tracking.clicks ?? campaign.class !== 'legal',
      opens: campaign.tracking.opens ?? false,
    },
  }));
