import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { contactGate, type ContactClass, type ContactTiming, type GateFacts } from '../../src/index.js';
import { cell, table } from './table.js';

/*
 * The last look before a message goes. Each line is one customer at the moment of sending: what has happened since
 * the message was planned, and what becomes of a legal notice, a service message (a renewal reminder) and a
 * marketing message that were due to them.
 */
const cases = table(`
  | what has happened                                | legal           | service            | marketing          |
  | ------------------------------------------------ | --------------- | ------------------ | ------------------ |
  | nothing; agreed to marketing                     | goes            | goes               | goes               |
  | nothing; was never asked about marketing         | goes            | goes               | no_consent         |
  | unsubscribed from this topic                     | goes            | unsubscribed       | unsubscribed       |
  | unsubscribed from everything marketing           | goes            | goes               | unsubscribed       |
  | unsubscribed from another topic                  | goes            | goes               | goes               |
  | the address bounced                              | goes            | address_suppressed | address_suppressed |
  | the address was taken away                       | no_address      | no_address         | no_address         |
  | the address was mistyped                         | bad_address     | bad_address        | bad_address        |
  | a complaint was opened                           | goes            | goes               | open_complaint     |
  | the customer sued the company                    | goes            | litigation         | litigation         |
  | the customer was flagged as vulnerable           | goes            | goes               | vulnerable         |
  | somebody of the staff took up their case         | goes            | goes               | in_touch_with_staff |
  | it got late, by the customer's clock             | goes            | quiet_hours        | quiet_hours        |
  | it got late, and the window ends in the night    | goes            | quiet_hours        | quiet_hours        |
  | it is a holiday where the customer lives         | goes            | goes               | no_contact_day     |
  | they were written to three times this week       | goes            | goes               | frequency_cap      |
  | the family was written to three times this week  | goes            | goes               | frequency_cap      |
  | limits are switched off                          | goes            | goes               | goes               |
  | somebody stopped all sending                     | sending_stopped | sending_stopped    | sending_stopped    |
  | a death was reported                             | deceased        | deceased           | deceased           |
  | the policy was renewed                           | renewed         | renewed            | renewed            |
  | the premium was paid                             | settled         | settled            | settled            |
  | the policy was flagged not to be renewed         | goes            | do_not_renew       | do_not_renew       |
  | the renewal date was corrected                   | date_changed    | date_changed       | date_changed       |
  | the policy lapsed and left the audience          | left_audience   | left_audience      | left_audience      |
  | the mail server was down for three days          | missed_window   | missed_window      | missed_window      |
  | a death was reported, and a complaint was opened | deceased        | deceased           | deceased           |
  | it was not looked up whether anybody died        | facts_missing   | facts_missing      | facts_missing      |
`);

const now = Temporal.Instant.from('2026-11-22T10:00:00Z');
const morning: ContactTiming = {
  zone: 'Europe/Paris',
  hours: { opens: '08:00', closes: '21:00' },
  closedDays: new Set(),
  dueAt: now.subtract({ hours: 2 }),
  expiresAt: now.add({ hours: 48 }),
};
const threeAWeek = { contacts: 3, days: 7 };
const place = { cap: threeAWeek, day: '2026-11-22', address: 'ana@example.com' };
const early = { opens: '08:00', closes: '19:00' };
const often = ['2026-11-17', '2026-11-19', '2026-11-21'];
const agreed = { topic: '*', granted: true, at: now, byCustomer: true };

const happenings: Record<string, Partial<GateFacts>> = {
  'nothing; agreed to marketing': {},
  'nothing; was never asked about marketing': { consent: [] },
  'unsubscribed from this topic': { consent: [agreed, { ...agreed, topic: 'renewals', granted: false }] },
  'unsubscribed from everything marketing': { consent: [{ ...agreed, granted: false }] },
  'unsubscribed from another topic': { consent: [agreed, { ...agreed, topic: 'events', granted: false }] },
  'the address bounced': { addressSuppressed: true },
  'the address was taken away': { address: null },
  'the address was mistyped': { address: 'ana@example' },
  'a complaint was opened': { hasOpenComplaint: true },
  'the customer sued the company': { inLitigation: true },
  'the customer was flagged as vulnerable': { isVulnerable: true },
  'somebody of the staff took up their case': { inTouchWithStaff: true },
  "it got late, by the customer's clock": { timing: { ...morning, zone: 'Asia/Tokyo', hours: early } },
  'it got late, and the window ends in the night': {
    timing: { ...morning, zone: 'Asia/Tokyo', hours: early, expiresAt: now.add({ hours: 10 }) },
  },
  'it is a holiday where the customer lives': {
    timing: { ...morning, closedDays: new Set(['2026-11-22']) },
  },
  'they were written to three times this week': { place: { ...place, personDays: often, addressDays: [] } },
  'the family was written to three times this week': {
    place: { ...place, personDays: [], addressDays: often },
  },
  'limits are switched off': {
    place: { ...place, cap: { contacts: 0, days: 7 }, personDays: often, addressDays: often },
  },
  'somebody stopped all sending': { sendingStopped: true },
  'a death was reported': { isDeceased: true },
  'the policy was renewed': { renewed: true, dateChanged: true, inAudience: false },
  'the premium was paid': { settled: true },
  'the policy was flagged not to be renewed': { doNotRenew: true },
  'the renewal date was corrected': { dateChanged: true },
  'the policy lapsed and left the audience': { inAudience: false },
  'the mail server was down for three days': { expiresAt: now.subtract({ hours: 24 }) },
  'a death was reported, and a complaint was opened': { isDeceased: true, hasOpenComplaint: true },
  'it was not looked up whether anybody died': { isDeceased: undefined as unknown as boolean },
};

function answer(contactClass: ContactClass, happened: Partial<GateFacts>): string {
  const decision = contactGate(
    {
      class: contactClass,
      topic: 'renewals',
      channel: 'email',
      sendingStopped: false,
      expiresAt: now.add({ hours: 48 }),
      isDeceased: false,
      address: 'ana@example.com',
      addressSuppressed: false,
      policyFound: true,
      inAudience: true,
      renewed: false,
      settled: false,
      dateChanged: false,
      exitRuleMet: false,
      doNotRenew: false,
      aboutRenewal: true,
      superseded: false,
      hasOpenComplaint: false,
      isVulnerable: false,
      inLitigation: false,
      inTouchWithStaff: false,
      consent: [agreed],
      timing: morning,
      place: { ...place, personDays: [], addressDays: [] },
      ...happened,
    },
    now,
  );
  return decision.allow ? 'goes' : decision.reason;
}

it.each(cases)('$what has happened: $legal, $service, $marketing', (row) => {
  const happened = happenings[cell(row, 'what has happened')];
  expect(happened, 'the table names something that the test knows').toBeDefined();
  for (const contactClass of ['legal', 'service', 'marketing'] as const) {
    expect(answer(contactClass, happened ?? {}), contactClass).toBe(cell(row, contactClass));
  }
});
