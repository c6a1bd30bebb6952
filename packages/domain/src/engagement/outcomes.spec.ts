import { expect, it } from 'vitest';
import { campaignSchema } from '../campaigns/campaign.js';
import { outcomesOf } from './outcomes.js';

const base = {
  ...{ key: 'a', name: 'A', class: 'service', topic: 'renewals', subject: 'policy', audience: { all: [] } },
  trigger: { type: 'date', field: 'policy.anniversary' },
};
const letter = (template: string) => ({ steps: [{ key: 's', at: '09:00', template }] });
const always = ['reply', 'portal_visit'];

it.each<[object, string[]]>([
  [letter('renewal-reminder'), ['paid', 'renewed']],
  [letter('payment-reminder'), ['paid']],
  [letter('event-invitation'), ['rsvp']],
  [letter('newsletter'), ['rsvp', 'offer_used']],
  [letter('health-check-invitation'), ['check_done']],
  [letter('safety-tip'), []],
  [{ steps: [{ key: 's', at: '09:00', channel: 'task' }] }, []],
  [
    {
      trigger: { type: 'date', field: 'policy.graceEnd' },
      steps: [{ key: 's', at: '09:00', channel: 'task' }],
    },
    ['paid'],
  ],
  [{ ...letter('safety-tip'), merge: { by: 'customer', template: 'policy-digest' } }, ['paid', 'renewed']],
])('a campaign of %j may bring %j', (change, wanted) => {
  expect(outcomesOf(campaignSchema.parse({ ...base, ...change }))).toEqual([...wanted, ...always]);
});
