import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { contactGate, type ContactClass, type GateFacts } from '../../src/index.js';
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
      consent: [agreed],
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
