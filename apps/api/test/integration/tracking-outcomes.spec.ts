import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EventsService } from '../../src/features/book/events.service.js';
import { OutcomesService } from '../../src/features/tracking/outcomes.service.js';
import { TrackingService } from '../../src/features/tracking/tracking.service.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import {
  insertCampaign,
  insertDelivery,
  insertSmallBook,
  type SmallDelivery,
} from '../support/small-book.js';

const now = Temporal.Instant.from('2026-11-30T00:00:00Z');

let database: TestDatabase;
let app: TestApp;

const sql = (statement: string, values: unknown[] = []) => database.dataSource.query(statement, values);
const letter = (given: Partial<SmallDelivery>) =>
  insertDelivery(database.dataSource, {
    customerId: 'C1',
    policyId: 'HOM-10002',
    dueAt: given.sentAt ?? day(7),
    ...given,
  });
/** Days of November at noon. */
const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}T12:00:00Z`;

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database });
  await insertSmallBook(database.dataSource);
  for (const [key, template, subject] of [
    ['payment', 'payment-reminder', 'policy'],
    ['events', 'event-invitation', 'customer'],
    ['tips', 'safety-tip', 'customer'],
    ['offers', 'offer', 'customer'],
    ['checks', 'health-check-invitation', 'policy'],
  ]) {
    await insertCampaign(database.dataSource, key!, {
      subject,
      trigger: { type: 'once', at: '2026-11-01T09:00' },
      steps: [
        { key: 't-30', template },
        { key: 't-7', offsetDays: 5, template },
      ],
    });
  }
});
afterAll(async () => {
  await app.close();
  await database.close();
});
beforeEach(async () => {
  await sql(
    'TRUNCATE deliveries, delivery_outcomes, customer_events, closed_terms, policy_status_changes, imports CASCADE',
  );
  await sql('UPDATE instalments SET paid_at = NULL');
});

let imports = 0;
/** Looks for outcomes, after an import of what has been changed in the book. */
async function attribute(): Promise<number> {
  await sql(
    `INSERT INTO imports (kind, file_name, state, started_by, finished_at)
     VALUES ('instalments', 'a.csv', 'done', 'test', timestamptz '2026-11-29Z' + $1 * interval '1 minute')`,
    [(imports += 1)],
  );
  return app.get(OutcomesService).attribute(now);
}
const paid = (at: string, policyId = 'HOM-10002', dueDate = '2026-11-01') =>
  sql('UPDATE instalments SET paid_at = $1 WHERE policy_id = $2 AND due_date = $3', [at, policyId, dueDate]);
const happened = (type: string, at: string, policyId: string | null = null, customerId = 'C1') =>
  sql(
    `INSERT INTO customer_events (event_id, type, customer_id, policy_id, at) VALUES (uuidv7()::text, $1, $2, $3, $4)`,
    [...[type, customerId, policyId, at]],
  );
/** What only Aftercare knows, noted the way it is noted here. */
const recorded = (type: 'offer_used' | 'health_check_done', at: string, policyId: string | null) =>
  app.get(Transactions).run((tx) =>
    app.get(EventsService).record(tx, {
      type,
      customerId: 'C1',
      policyId,
      at: Temporal.Instant.from(at),
      data: null,
    }),
  );
const tied = () => sql('SELECT kind, delivery_id FROM delivery_outcomes ORDER BY kind, at');

describe('an outcome', () => {
  test('belongs to the last letter that was sent before it', async () => {
    await letter({ campaign: 'payment', sentAt: day(2) });
    const last = await letter({ campaign: 'payment', step: 't-7', sentAt: day(7) });
    await letter({ campaign: 'payment', step: 't-0', sentAt: day(9), anchorDate: '2026-11-21' });
    await paid(day(8));
    expect(await attribute()).toBe(1);
    expect(await tied()).toEqual([{ kind: 'paid', delivery_id: last }]);
  });

  test('is counted once, however often it is looked for', async () => {
    await letter({ campaign: 'payment', sentAt: day(2) });
    await paid(day(8));
    await happened('portal_login', day(8));
    expect(await attribute()).toBe(2);
    expect(await attribute()).toBe(0);
    expect(await tied()).toHaveLength(2);
  });

  test('stays with its letter when another one turns up', async () => {
    const first = await letter({ campaign: 'payment', sentAt: day(2) });
    await paid(day(8));
    await attribute();
    await letter({ campaign: 'payment', step: 't-7', sentAt: day(7) });
    await attribute();
    expect(await tied()).toEqual([{ kind: 'paid', delivery_id: first }]);
  });

  test.each<[string, Partial<SmallDelivery>]>([
    ['was sent after it', { campaign: 'payment', sentAt: day(9) }],
    ['was sent more than 30 days before it', { campaign: 'payment', sentAt: '2026-10-09T11:59:00Z' }],
    ['was about another policy', { campaign: 'payment', policyId: 'MOT-10001', sentAt: day(7) }],
    ['went to somebody else', { campaign: 'events', customerId: 'C2', policyId: null, sentAt: day(7) }],
    ['was never sent', { campaign: 'payment', state: 'suppressed', reason: 'no_consent' }],
    ['was left out to compare', { campaign: 'payment', state: 'held_out' }],
    ['may not have arrived', { campaign: 'payment', state: 'in_doubt', sentAt: day(7) }],
    ['is about something else', { campaign: 'tips', policyId: null, sentAt: day(7) }],
  ])('does not belong to a letter that %s', async (_, given) => {
    await letter(given);
    await paid(day(8));
    expect(await attribute()).toBe(0);
  });

  test('belongs to a letter of exactly 30 days before', async () => {
    await letter({ campaign: 'payment', sentAt: '2026-10-09T12:00:01Z' });
    await paid(day(8));
    expect(await attribute()).toBe(1);
  });

  test.each<[string, Partial<SmallDelivery>, () => Promise<unknown>]>([
    ['paid', { campaign: 'payment' }, () => paid(day(8))],
    [
      'paid',
      { campaign: 'payment' },
      () =>
        sql(
          `INSERT INTO policy_status_changes (policy_id, from_status, to_status, transition, changed_on, recorded_at)
           VALUES ('HOM-10002', 'grace', 'in_force', 'reinstated', '2026-11-08', $1)`,
          [day(8)],
        ),
    ],
    [
      'renewed',
      { campaign: 'motor-renewal' },
      () =>
        sql(`INSERT INTO closed_terms (policy_id, term_no, closed_at) VALUES ('HOM-10002', 1, $1)`, [day(8)]),
    ],
    ['rsvp', { campaign: 'events', policyId: null }, () => happened('event_rsvp', day(8))],
    ['offer_used', { campaign: 'offers', policyId: null }, () => recorded('offer_used', day(8), null)],
    ['check_done', { campaign: 'checks' }, () => recorded('health_check_done', day(8), 'HOM-10002')],
    ['reply', { campaign: 'tips', policyId: null }, () => happened('contact', day(8), 'HOM-10002')],
    ['portal_visit', { campaign: 'payment' }, () => happened('portal_login', day(8))],
  ])('%s is tied to a letter of %j', async (kind, given, happen) => {
    const id = await letter({ sentAt: day(7), ...given });
    await happen();
    await attribute();
    expect(await tied()).toEqual([{ kind, delivery_id: id }]);
    expect(await app.get(TrackingService).ofDelivery(id)).toEqual({
      clicks: [],
      opens: [],
      outcomes: [{ kind, at: '2026-11-08T12:00:00.000Z' }],
    });
  });

  test('is an answer by mail, to the letter that it names', async () => {
    const answered = await letter({ campaign: 'tips', policyId: null, sentAt: day(2) });
    await letter({ campaign: 'tips', policyId: null, step: 't-7', sentAt: day(7) });
    await sql(
      `INSERT INTO delivery_evidence (delivery_id, anchor_date, kind, source, external_id, at, believed)
       SELECT $1, '2026-11-20', kind, 'mail', kind, $2, true FROM unnest(ARRAY['reply', 'auto_reply']) kind`,
      [answered, day(8)],
    );
    await attribute();
    expect(await tied()).toEqual([{ kind: 'reply', delivery_id: answered }]);
  });

  test('that happens here is found without an import', async () => {
    const id = await letter({ campaign: 'events', policyId: null, sentAt: day(7) });
    await attribute();
    await happened('portal_login', '2026-11-29T23:30:00Z');
    expect(await app.get(OutcomesService).attribute(now.add({ minutes: 1 }))).toBe(1);
    expect(await tied()).toEqual([{ kind: 'portal_visit', delivery_id: id }]);
  });

  test('of the book waits for the next import, which need not have happened here', async () => {
    await letter({ campaign: 'payment', sentAt: day(2) });
    await attribute();
    await paid(day(8));
    expect(await app.get(OutcomesService).attribute(now)).toBe(0);
    expect(await attribute()).toBe(1);
  });
});

test('a campaign shows how many letters brought what, by step', async () => {
  for (const [step, policyId, at] of [
    ['t-30', 'HOM-10002', 2],
    ['t-30', 'HEA-10003', 2],
    ['t-7', 'HEA-10003', 7],
  ] as const) {
    await letter({ campaign: 'payment', step, policyId, sentAt: day(at) });
  }
  await paid(day(3));
  await paid(day(4), 'HOM-10002', '2026-12-01');
  await paid(day(8), 'HEA-10003', '2026-10-15');
  await attribute();
  const none = { raw: 0, human: 0, machine: 0, waiting: 0, readers: 0 };
  const step = { variant: null, clicks: none, opens: null };
  expect(await app.get(TrackingService).ofCampaign('payment')).toEqual({
    ...{ clicksOn: true, opensOn: false, sent: 3, clicks: none, opens: null },
    outcomes: [{ kind: 'paid', deliveries: 2 }],
    steps: [
      { step: 't-30', ...step, sent: 2, outcomes: [{ kind: 'paid', deliveries: 1 }] },
      { step: 't-7', ...step, sent: 1, outcomes: [{ kind: 'paid', deliveries: 1 }] },
    ],
  });
});
