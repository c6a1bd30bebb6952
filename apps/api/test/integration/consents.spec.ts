import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConsentsService } from '../../src/features/consents/consents.service.js';
import { LinksService } from '../../src/features/consents/links.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { insertCampaign } from '../support/small-book.js';

const topics = ['renewals', 'newsletter', 'offers'];
const choosable = ['*', ...topics];

let database: TestDatabase;
let app: TestApp;
const clock = new SettableClock('2026-11-22T09:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock, config: { roles: new Set() } });
  for (const topic of topics) await insertCampaign(database.dataSource, topic, { topic });
});

afterAll(async () => {
  await app.close();
  await database.close();
});

/** One thing a customer can do, by one of the doors. */
const actionArbitrary = fc.oneof(
  fc.record({
    door: fc.constant('one_click' as const),
    topic: fc.constantFrom(...topics),
    granted: fc.constant(false),
  }),
  fc.record({
    door: fc.constantFrom('preference_link' as const, 'portal' as const),
    topic: fc.constantFrom(...choosable),
    granted: fc.boolean(),
  }),
);
type Action = typeof actionArbitrary extends fc.Arbitrary<infer T> ? T : never;

async function act(customerId: string, { door, topic, granted }: Action): Promise<void> {
  const consents = app.get(ConsentsService);
  const linkTopic = topic === '*' ? 'renewals' : topic;
  const token = app
    .get(LinksService)
    .unsubscribeToken({ customerId, topic: linkTopic, deliveryId: randomUUID() });
  clock.advance({ seconds: 1 });
  if (door === 'one_click') await consents.unsubscribe(token);
  else if (door === 'portal') await consents.setPreference(customerId, { topic, granted });
  else await consents.setLinkPreference(token, { topic, granted });
}

async function newCustomer(): Promise<string> {
  const customerId = `C-${randomUUID()}`;
  await database.dataSource.query('INSERT INTO customers (customer_id) VALUES ($1)', [customerId]);
  return customerId;
}

const stateOf = async (customerId: string) =>
  Object.fromEntries(
    (
      await database.dataSource.query<{ topic: string; granted: boolean }[]>(
        `SELECT topic, granted FROM consent_state WHERE customer_id = $1`,
        [customerId],
      )
    ).map(({ topic, granted }) => [topic, granted]),
  );

const historyOf = (customerId: string) =>
  database.dataSource.query<{ topic: string; granted: boolean; source: string; at: Date }[]>(
    `SELECT topic, granted, source, at FROM consent_events WHERE customer_id = $1 ORDER BY consent_event_id`,
    [customerId],
  );

test('what stands is the last choice on each topic, and the history is the choices that changed something', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(actionArbitrary, { maxLength: 12 }), async (actions) => {
      const customerId = await newCustomer();
      const expected: Record<string, boolean> = {};
      const lines: { topic: string; granted: boolean; source: string }[] = [];
      for (const action of actions) {
        await act(customerId, action);
        const { topic, granted, door } = action;
        if (expected[topic] !== granted) lines.push({ topic, granted, source: door });
        expected[topic] = granted;
      }
      expect(await stateOf(customerId)).toEqual(expected);
      const history = await historyOf(customerId);
      expect(history.map(({ topic, granted, source }) => ({ topic, granted, source }))).toEqual(lines);
      expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted((a, b) => +a - +b));
    }),
    { numRuns: 40 },
  );
});

test('a customer’s own word over what a file said is noted, even when it says the same', async () => {
  const customerId = await newCustomer();
  await database.dataSource.query(
    `INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
     VALUES ($1, '*', false, 'import', false, '2026-01-01')`,
    [customerId],
  );
  await act(customerId, { door: 'portal', topic: '*', granted: false });
  expect(await historyOf(customerId)).toMatchObject([{ topic: '*', granted: false, source: 'portal' }]);
});

test('choices made at once leave a history that ends as the state does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(actionArbitrary, { minLength: 2, maxLength: 8 }), async (actions) => {
      const customerId = await newCustomer();
      await Promise.all(actions.map((action) => act(customerId, action)));
      const last: Record<string, boolean> = {};
      for (const { topic, granted } of await historyOf(customerId)) last[topic] = granted;
      expect(await stateOf(customerId)).toEqual(last);
    }),
    { numRuns: 30 },
  );
});

test('the history cannot be changed or shortened', async () => {
  for (const statement of ['UPDATE consent_events SET granted = true', 'DELETE FROM consent_events']) {
    await expect(database.dataSource.query(statement)).rejects.toThrow('append-only');
  }
});
