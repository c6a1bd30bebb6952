import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BookFixture } from './book-fixture.js';

let book: BookFixture;
beforeEach(async () => {
  book = await BookFixture.open();
});
afterEach(() => book.close());

/** Imports one customer with what the core system says of consent. */
function say(granted: boolean | '', at = '', other = '') {
  return book.import(
    'customers',
    `customer_id,given_name,marketing_consent,consent_source,consent_at\nC1,${other},${granted},branch,${at}\n`,
  );
}

/** What the customer chose for themself, as the portal writes it down. */
async function choose(granted: boolean, at: string): Promise<void> {
  await book.query(
    `WITH event AS (
       INSERT INTO consent_events (customer_id, topic, granted, source, by_customer, at)
       VALUES ('C1', '*', $1, 'portal', true, $2) RETURNING *)
     INSERT INTO consent_state SELECT customer_id, topic, granted, source, by_customer, at FROM event
     ON CONFLICT (customer_id, topic) DO UPDATE
        SET granted = excluded.granted, source = excluded.source, by_customer = true, at = excluded.at`,
    [granted, at],
  );
}

const state = () => book.query('SELECT topic, granted, source, by_customer, at FROM consent_state');
const granted = async () =>
  (await book.query<{ granted: boolean }>('SELECT granted FROM consent_state'))[0]?.granted;
const history = async () =>
  (
    await book.query<{ granted: boolean }>('SELECT granted FROM consent_events ORDER BY consent_event_id')
  ).map((event) => event.granted);

describe('consent from files', () => {
  it('is written down with its source and time, once', async () => {
    await say(true, '2025-05-01T10:00:00Z');
    await say(true, '2025-05-01T10:00:00Z');
    await say(true, '2025-06-01T10:00:00Z', 'Ana');
    expect(await history()).toEqual([true]);
    expect(await state()).toEqual([
      {
        topic: '*',
        granted: true,
        source: 'branch',
        by_customer: false,
        at: new Date('2025-05-01T10:00:00Z'),
      },
    ]);
  });

  it('may be raised and lowered while the customer has not chosen', async () => {
    await say(false, '2025-05-01');
    await say(true, '2024-01-01');
    await say(false, '');
    expect(await history()).toEqual([false, true, false]);
    expect(await state()).toMatchObject([{ granted: false, at: new Date('2026-11-22T09:00:00Z') }]);
  });

  it('is not raised over the customer’s own later choice', async () => {
    await say(true, '2025-05-01');
    await choose(false, '2026-01-01T00:00:00Z');
    await say(true, '2025-05-02');
    await say(true, '2026-01-01');
    await say(true, '', 'Ana');
    expect(await granted()).toBe(false);
    expect(await history()).toEqual([true, false]);
  });

  it('is raised by a consent given after the customer’s own choice', async () => {
    await withdrawn();
    await say(true, '2026-01-02');
    expect(await granted()).toBe(true);
  });

  it('is not raised by a consent that is yet to be given', async () => {
    await withdrawn();
    await say(true, '2026-11-23');
    expect(await granted()).toBe(false);
  });

  it('the own choice counts, whatever files have said since', async () => {
    await withdrawn();
    await say(true, '2026-02-01');
    await say(false, '2026-03-01');
    await say(true, '2025-12-01');
    expect(await granted()).toBe(false);
    await say(true, '2026-01-02');
    expect(await granted()).toBe(true);
  });

  it('is lowered over the customer’s own choice', async () => {
    await say(true, '2025-05-01');
    await choose(true, '2026-01-01T00:00:00Z');
    await say(false, '2025-06-01');
    expect(await granted()).toBe(false);
  });

  it('that was heard before is no news: it does not undo what the customer chose since', async () => {
    await say(false, '2025-05-01');
    await choose(true, '2026-01-01T00:00:00Z');
    await say(false, '2025-05-01');
    await say(false, '2025-05-01', 'Ana');
    expect(await granted()).toBe(true);
  });

  it('that is empty, or not spoken of, changes nothing', async () => {
    await say(true, '2025-05-01');
    await book.import('customers', 'customer_id,given_name\nC1,Bo\n');
    await say('');
    expect(await granted()).toBe(true);
    expect(await history()).toEqual([true]);
  });
});

/** A customer whose consent came from a file, and who took it back. */
async function withdrawn(): Promise<void> {
  await say(true, '2025-05-01');
  await choose(false, '2026-01-01T00:00:00Z');
}
