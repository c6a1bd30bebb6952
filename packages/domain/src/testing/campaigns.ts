import fc from 'fast-check';
import { campaignSchema, type Campaign } from '../campaigns/campaign.js';
import { dateTriggerFieldNames, dateTriggerFields, type CampaignSubject } from '../campaigns/triggers.js';
import { contactClasses } from '../contact/classes.js';
import type { Rule } from '../rules/rule.js';
import { eventPool } from './books.js';
import { leafArbitrary, ruleArbitrary } from './rules.js';
import { dateArbitrary } from './values.js';

/** Null mostly: rules that few people meet would leave little to plan. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const timeArbitrary = fc.constantFrom('00:00', '02:30', '09:00', '23:59');

/** Arms with and without a time and a template of their own. */
const variantsArbitrary = fc.constantFrom<Record<string, unknown>[]>(
  [],
  [],
  [
    { key: 'a', share: 0.5 },
    { key: 'b', share: 0.5, at: '18:30' },
  ],
  [
    { key: 'a', share: 0.3, template: 'other' },
    { key: 'b', share: 0.3, at: '00:30', template: 'third' },
    { key: 'c', share: 0.4 },
  ],
);

const stepArbitrary = fc.record({
  offsetDays: fc.integer({ min: -10, max: 10 }),
  at: timeArbitrary,
  when: rarely(fc.oneof(leafArbitrary, ruleArbitrary)),
  variants: variantsArbitrary,
});

/** Two dates in order, the bounds of a campaign. */
const boundsArbitrary = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.tuple(dateArbitrary, dateArbitrary) },
);

type TriggerOf = { subject: CampaignSubject; trigger: Campaign['trigger'] };
const anySubject = fc.constantFrom<CampaignSubject[]>('policy', 'customer');

const dateTriggerArbitrary: fc.Arbitrary<TriggerOf> = fc
  .constantFrom(...dateTriggerFieldNames)
  .map((field) => ({ subject: dateTriggerFields[field].subject, trigger: { type: 'date', field } }));

const eventTriggerArbitrary: fc.Arbitrary<TriggerOf> = fc.record({
  subject: anySubject,
  trigger: fc.record({
    type: fc.constant('event' as const),
    event: fc.constantFrom(...eventPool, 'first_portal_login', 'claim_opened'),
  }),
});

const onceTriggerArbitrary: fc.Arbitrary<TriggerOf> = fc.record({
  subject: anySubject,
  trigger: fc.record({
    type: fc.constant('once' as const),
    at: fc.constantFrom('2026-02-20T09:00', '2026-02-28T23:30[America/New_York]', '2026-03-01T00:00+09:00'),
  }),
});

const recurringTriggerArbitrary: fc.Arbitrary<TriggerOf> = fc.record({
  subject: anySubject,
  trigger: fc.record({
    type: fc.constant('recurring' as const),
    rrule: fc.constantFrom(
      'FREQ=WEEKLY;BYDAY=MO,TH',
      'FREQ=MONTHLY;BYMONTHDAY=-1',
      'FREQ=MONTHLY;BYDAY=1SU',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29',
      'FREQ=DAILY;BYDAY=SA,SU;UNTIL=20260301',
    ),
    at: timeArbitrary,
  }),
});

/** A campaign of any trigger with up to four steps, its audience everybody or a random rule. */
export const campaignArbitrary: fc.Arbitrary<Campaign> = fc
  .record({
    class: fc.constantFrom(...contactClasses),
    triggered: fc.oneof(
      { weight: 6, arbitrary: dateTriggerArbitrary },
      { weight: 3, arbitrary: eventTriggerArbitrary },
      { weight: 2, arbitrary: onceTriggerArbitrary },
      { weight: 2, arbitrary: recurringTriggerArbitrary },
    ),
    audience: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Rule>({ all: [] }) },
      { weight: 1, arbitrary: ruleArbitrary },
    ),
    exitWhen: rarely(ruleArbitrary),
    steps: fc.array(stepArbitrary, { minLength: 1, maxLength: 4 }),
    holdout: fc.constantFrom(0, 0.25, 0.5),
    catchUpHours: fc.constantFrom(1, 24, 48, 200),
    bounds: boundsArbitrary,
  })
  .map(({ triggered, steps, holdout, bounds, ...rest }) => {
    const [startsOn, endsOn] = bounds === null ? [null, null] : bounds.toSorted();
    return campaignSchema.parse({
      ...rest,
      ...triggered,
      key: 'random',
      name: 'Random',
      topic: 'random',
      steps: steps.map((step, index) => ({ ...step, key: `s${index}`, template: 'none' })),
      holdout: rest.class === 'marketing' ? holdout : 0,
      startsOn,
      endsOn,
    });
  });
