import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LinksService } from '../../src/features/consents/links.service.js';
import { ConsentFixture } from './consent-fixture.js';

let book: ConsentFixture;
let token: string;
beforeAll(async () => {
  book = await ConsentFixture.open();
});
afterAll(() => book.close());

beforeEach(async () => {
  await book.reset();
  token = book.tokenFor('newsletter');
});

async function history(): Promise<Record<string, unknown>[]> {
  return book.database.dataSource.query(
    `SELECT topic, granted, source, by_customer, delivery_id, at FROM consent_events ORDER BY consent_event_id`,
  );
}

describe('one-click unsubscribe', () => {
  test.each<[string, RequestInit]>([
    [
      'the form of RFC 8058',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'List-Unsubscribe=One-Click',
      },
    ],
    ['a multipart form', { body: formOf({ 'List-Unsubscribe': 'One-Click' }) }],
    ['nothing', {}],
    ['JSON', { headers: { 'content-type': 'application/json' }, body: '{"List-Unsubscribe":"One-Click"}' }],
    ['broken JSON', { headers: { 'content-type': 'application/json' }, body: '{"List-' }],
    ['an unknown charset', { headers: { 'content-type': 'application/json; charset=no-such' }, body: '{}' }],
    ['a megabyte', { headers: { 'content-type': 'application/json' }, body: `"${'x'.repeat(1_000_000)}"` }],
    ['another site', { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://mail.example' } }],
  ])('acts on %s', async (_, init) => {
    const response = await book.post(`/u/${token}`, init);
    expect(response.status).toBe(200);
    expect(await book.allowed()).toEqual(['offers', 'renewals', 'statutory']);
  });

  test('stops its own topic and nobody else’s', async () => {
    await book.post(`/u/${book.tokenFor('renewals')}`);
    expect(await book.allowed()).toEqual(['newsletter', 'offers', 'statutory']);
    expect(await book.allowed('C2')).toEqual(['newsletter', 'offers', 'renewals', 'statutory']);
  });

  test('leaves one line in the history however often it comes, with the message it came from', async () => {
    const before = (await history()).length;
    const deliveryId = randomUUID();
    const again = book.tokenFor('newsletter', deliveryId);
    await Promise.all(Array.from({ length: 8 }, () => book.post(`/u/${again}`)));
    expect((await book.post(`/u/${again}`)).status).toBe(200);
    expect((await history()).slice(before)).toEqual([
      {
        topic: 'newsletter',
        granted: false,
        source: 'one_click',
        by_customer: true,
        delivery_id: deliveryId,
        at: new Date(book.clock.now().epochMilliseconds),
      },
    ]);
  });

  test('is not done by GET, HEAD or OPTIONS, on the page or behind it', async () => {
    const before = (await history()).length;
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      await fetch(`${book.app.url}/u/${token}`, { method });
      await fetch(`${book.app.url}/api/public/preferences/${token}`, { method });
    }
    expect((await history()).length).toBe(before);
    expect(await book.allowed()).toContain('newsletter');
  });

  test('turns a tampered token away, wherever it was touched', async () => {
    const before = (await history()).length;
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === 'A' ? 'B' : 'A';
      const response = await book.post(`/u/${token.slice(0, index)}${other}${token.slice(index + 1)}`);
      expect([index, response.status]).toEqual([index, 404]);
    }
    for (const wrong of [token.slice(0, -1), `${token}A`, `${token}=`, 'x', '%00']) {
      expect((await book.post(`/u/${wrong}`)).status).toBe(404);
    }
    expect((await history()).length).toBe(before);
  });

  test('of a customer who is not in the book any more finds nobody', async () => {
    const gone = book.app
      .get(LinksService)
      .unsubscribeToken({ customerId: 'gone', topic: 'newsletter', deliveryId: randomUUID() });
    expect((await book.post(`/u/${gone}`)).status).toBe(404);
  });
});

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}
