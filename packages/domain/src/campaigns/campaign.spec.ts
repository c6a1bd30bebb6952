import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { campaignArbitrary } from '../testing.js';
import { canonicalCampaign } from './canonical.js';
import { campaignSchema } from './campaign.js';

const step = { key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' };
const stepDefaults = { channel: 'email', content: {}, when: null, variants: [] };
const renewal = {
  key: 'motor-renewal',
  name: 'Motor renewal',
  class: 'service',
  topic: 'renewals',
  priority: 10,
  subject: 'policy',
  audience: {
    all: [
      { field: 'policy.line', op: 'in', value: ['motor'] },
      { field: 'policy.status', op: 'eq', value: 'in_force' },
    ],
  },
  trigger: { type: 'date', field: 'policy.renewalDate' },
  steps: [step, { key: 't-7', offsetDays: -7, at: '09:00', template: 'renewal-reminder' }],
  exitWhen: { field: 'policy.renewed', op: 'eq', value: true },
  holdout: 0,
  catchUpHours: 48,
  startsOn: null,
  endsOn: null,
};

/** The sample without the fields that may be left out. */
function withoutDefaults(): object {
  const optional = ['priority', 'exitWhen', 'holdout', 'catchUpHours', 'startsOn', 'endsOn'];
  return Object.fromEntries(Object.entries(renewal).filter(([field]) => !optional.includes(field)));
}

/** `path: message` of everything that is wrong with the campaign when it is changed so. */
function wrong(change: Record<string, unknown>): string[] {
  const result = campaignSchema.safeParse({ ...renewal, ...change });
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('campaignSchema', () => {
  it('takes the sample of the contract as it stands', () => {
    const steps = renewal.steps.map((each) => ({ ...each, ...stepDefaults }));
    expect(campaignSchema.parse(renewal)).toEqual({
      ...renewal,
      merge: null,
      steps,
      tracking: { clicks: true, opens: false },
    });
  });

  it('fills in what is left out', () => {
    const rest = withoutDefaults();
    const steps = [{ key: 'day', at: '08:15', template: 'welcome' }];
    expect(campaignSchema.parse({ ...rest, steps })).toEqual({
      ...rest,
      steps: [{ ...steps[0], offsetDays: 0, ...stepDefaults }],
      merge: null,
      priority: 10,
      exitWhen: null,
      holdout: 0,
      catchUpHours: 48,
      startsOn: null,
      endsOn: null,
      tracking: { clicks: true, opens: false },
    });
  });

  it.each([
    ['marketing', undefined, { clicks: true, opens: false }],
    ['service', { opens: true }, { clicks: true, opens: true }],
    ['service', { clicks: false }, { clicks: false, opens: false }],
    ['legal', undefined, { clicks: false, opens: false }],
    ['legal', { clicks: false }, { clicks: false, opens: false }],
  ])('tracks of a %s campaign that says %j: %j', (contactClass, tracking, wanted) => {
    expect(campaignSchema.parse({ ...renewal, class: contactClass, tracking }).tracking).toEqual(wanted);
  });

  it.each<[Record<string, unknown>, string]>([
    [
      { class: 'legal', tracking: { clicks: true, opens: false } },
      'tracking.clicks: must be false: nothing is tracked in a legal notice',
    ],
    [
      { class: 'legal', tracking: { opens: true } },
      'tracking.opens: must be false: nothing is tracked in a legal notice',
    ],
    [{ tracking: { click: true } }, 'tracking: unknown field click; valid fields are clicks, opens'],
    [{ audienc: {} }, ': unknown field audienc; valid fields are key, name, class, topic'],
    [
      { trigger: { type: 'date', field: 'policy.renewalDate', on: 1 } },
      'trigger: unknown field on; valid fields are type, field',
    ],
    [
      { steps: [{ ...step, tmplate: 'x' }] },
      'steps.0: unknown field tmplate; valid fields are key, offsetDays, at, channel',
    ],
    [{ steps: [] }, 'steps: a campaign needs at least one step'],
    [{ steps: [step, step] }, 'steps.1.key: the key t-30 is given to two steps'],
    [{ steps: [{ ...step, at: '25:00' }] }, 'steps.0.at: must be a local time from 00:00 to 23:59, HH:MM'],
    [{ steps: [{ ...step, at: '9:00' }] }, 'steps.0.at: must be a local time'],
    [{ steps: [{ ...step, at: undefined }] }, 'steps.0.at: a local time is needed, like 09:00'],
    [{ steps: [{ ...step, offsetDays: 1.5 }] }, 'steps.0.offsetDays: '],
    [{ steps: [{ ...step, offsetDays: -401 }] }, 'steps.0.offsetDays: '],
    [{ steps: [{ ...step, template: '../../etc' }] }, 'steps.0.template: must be 1 to 64 of a-z'],
    [{ key: 'Motor Renewal' }, 'key: must be 1 to 64 of a-z'],
    [{ name: ' ' }, 'name: must not be empty'],
    [{ name: 'a\r\nb' }, 'name: must be one line'],
    [{ class: 'spam' }, 'class: must be one of legal, service, marketing'],
    [{ topic: '*' }, 'topic: must be 1 to 64 of a-z'],
    [{ subject: 'household' }, 'subject: must be one of policy, customer'],
    [{ priority: 101 }, 'priority: '],
    [{ class: 'marketing', holdout: 0.6 }, 'holdout: '],
    [{ holdout: '10%' }, 'holdout: '],
    [{ class: 'legal', holdout: 0.1 }, 'holdout: must be 0: nobody may be left out of a legal message'],
    [{ class: 'service', holdout: 0.1 }, 'holdout: must be 0: nobody may be left out of a service message'],
    [{ catchUpHours: 0 }, 'catchUpHours: '],
    [{ startsOn: '2026-02-30' }, 'startsOn: must be a date that exists, written YYYY-MM-DD'],
    [{ startsOn: '2026-03-02', endsOn: '2026-03-01' }, 'endsOn: must not lie before startsOn, 2026-03-02'],
    [
      { trigger: { type: 'weekly' } },
      'trigger.type: trigger.type must be one of date, once, recurring, event',
    ],
    [
      { trigger: { type: 'date', field: 'policy.birthday' } },
      'trigger.field: unknown date "policy.birthday"; valid dates are policy.startDate',
    ],
    [
      { trigger: { type: 'date', field: 'customer.birthday' } },
      'trigger.field: customer.birthday needs the subject "customer"',
    ],
    [{ subject: 'customer' }, 'trigger.field: policy.renewalDate needs the subject "policy"'],
    [{ trigger: { type: 'once', at: 'tomorrow' } }, 'trigger.at: must be written 2026-12-01T10:00'],
    [
      { trigger: { type: 'recurring', rrule: 'every day', at: '09:00' } },
      'trigger.rrule: must be a recurrence rule',
    ],
    [{ trigger: { type: 'event', event: 'birth' } }, 'trigger.event: must be one of claim_opened'],
    [
      { exitWhen: { field: 'policy.renewd', op: 'eq', value: true } },
      'exitWhen.field: unknown field "policy.renewd"',
    ],
    [
      { audience: { all: [{ field: 'policy.line', op: 'is', value: 'motor' }] } },
      'audience.all.0.op: unknown operator "is"',
    ],
  ])('refuses %j: %s', (change, message) => {
    const found = wrong(change);
    expect(found).toHaveLength(1);
    expect(found[0]?.slice(0, message.length)).toBe(message);
  });

  it('says all that is wrong at once', () => {
    expect(wrong({ class: 'x', holdout: 2, audience: { all: [{}] }, steps: [] })).toHaveLength(4);
  });

  it('can be written down as JSON Schema, for the description of the API', () => {
    const described = JSON.stringify(z.toJSONSchema(campaignSchema, { io: 'input' }));
    expect(described).toContain('"offsetDays"');
    expect(described).toContain('Who is in');
  });

  it('gives a step the time of a trigger that has one', () => {
    const steps = [
      { key: 'a', template: 'x' },
      { key: 'b', template: 'x', at: '18:00' },
    ];
    const once = campaignSchema.parse({
      ...renewal,
      steps,
      trigger: { type: 'once', at: '2026-12-01T10:30' },
    });
    expect(once.steps.map(({ at }) => at)).toEqual(['10:30', '18:00']);
    const trigger = { type: 'recurring', rrule: 'FREQ=MONTHLY;BYMONTHDAY=1', at: '07:45' };
    expect(campaignSchema.parse({ ...renewal, steps, trigger }).steps[0]?.at).toBe('07:45');
  });
});

describe('canonicalCampaign', () => {
  it('does not heed the order of fields, and nothing else is lost', () => {
    fc.assert(
      fc.property(campaignArbitrary, (campaign) => {
        const turned = Object.fromEntries(Object.entries(campaign).reverse()) as typeof campaign;
        expect(canonicalCampaign(turned)).toBe(canonicalCampaign(campaign));
        expect(campaignSchema.parse(JSON.parse(canonicalCampaign(campaign)))).toEqual(campaign);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same for a file with defaults written out and one without', () => {
    const rest = withoutDefaults();
    const written = { ...rest, priority: 10, exitWhen: null, holdout: 0 };
    expect(canonicalCampaign(campaignSchema.parse(rest))).toBe(
      canonicalCampaign(campaignSchema.parse(written)),
    );
  });

  it('heeds the order of steps and of rules', () => {
    const turned = campaignSchema.parse({ ...renewal, steps: renewal.steps.toReversed() });
    expect(canonicalCampaign(turned)).not.toBe(canonicalCampaign(campaignSchema.parse(renewal)));
  });
});
