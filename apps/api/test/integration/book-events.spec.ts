import { Temporal } from 'temporal-polyfill';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventsRepository } from '../../src/features/book/events.repository.js';
import { EventsService } from '../../src/features/book/events.service.js';
import type { HappenedEvent } from '../../src/features/book/events.types.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { BookFixture, countsOf, customers } from './book-fixture.js';

let book: BookFixture;
beforeEach(async () => {
  book = await BookFixture.open();
  await book.import('customers', customers('C1'));
});
afterEach(() => book.close());

const visit: HappenedEvent = {
  type: 'portal_login',
  customerId: 'C1',
  policyId: null,
  at: Temporal.Instant.from('2026-11-22T08:00:00Z'),
  data: { device: 'phone' },
};
const events = new EventsService(new EventsRepository());
const record = (event: HappenedEvent) =>
  new Transactions(book.database.dataSource).run((tx) => events.record(tx, event));
const stored = () =>
  book.query<{ event_id: string }>(
    'SELECT event_id, type, customer_id, policy_id, at, data FROM customer_events ORDER BY event_id',
  );

it('records an event with an id of its own, as often as it happens', async () => {
  await record(visit);
  await record(visit);
  const rows = await stored();
  expect(rows).toEqual(
    [1, 2].map(() => expect.objectContaining({ type: 'portal_login', customer_id: 'C1' })),
  );
  expect(new Set(rows.map(({ event_id: id }) => id)).size).toBe(2);
});

it('records an event that is told with its id once, as it was told first', async () => {
  await book.import(
    'policies',
    'policy_id,customer_id,line,status,start_date\nP1,C1,home,in_force,2026-01-01\n',
  );
  const check: HappenedEvent = { ...visit, type: 'health_check_done', policyId: 'P1', eventId: 'check-7' };
  await Promise.all([record(check), record(check)]);
  await record({ ...check, data: null });
  expect(await stored()).toEqual([
    {
      event_id: 'aftercare:check-7',
      type: 'health_check_done',
      customer_id: 'C1',
      policy_id: 'P1',
      at: new Date('2026-11-22T08:00:00Z'),
      data: { device: 'phone' },
    },
  ]);
});

it('is undone with the transaction it was recorded in', async () => {
  const transactions = new Transactions(book.database.dataSource);
  const undone = transactions.run(async (tx) => {
    await events.record(tx, visit);
    throw new Error('undo');
  });
  await expect(undone).rejects.toThrow('undo');
  expect(await stored()).toEqual([]);
});

it('a file cannot change what was recorded here, and may bring what it calls by the same name', async () => {
  await record({ ...visit, eventId: 'E1' });
  const file =
    'event_id,type,customer_id,at\naftercare:E1,contact,C1,2026-01-01\nE1,contact,C1,2026-01-01\nE2,offer_used,C1,2026-01-01\n';
  const result = await book.import('events', file);
  expect(countsOf(result)).toMatchObject({ created: 1, updated: 0, rejected: 2 });
  expect(await book.rejects(result)).toMatchObject([
    { line: 2, column: 'event_id', value: 'aftercare:E1', code: 'internal_event' },
    { line: 4, column: 'type', value: 'offer_used', code: 'internal_event' },
  ]);
  expect(await stored()).toMatchObject([
    { event_id: 'E1', type: 'contact' },
    { event_id: 'aftercare:E1', type: 'portal_login' },
  ]);
});
