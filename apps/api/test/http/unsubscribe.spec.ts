import { randomUUID } from 'node:crypto';
import { mayContact } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { linkPreferencesSchema } from '../../src/features/consents/consents.schemas.js';
import { LinksService } from '../../src/features/consents/links.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { memberCookie, postJson } from '../support/sign-in.js';

let database: TestDatabase;
let app: TestApp;
let token: string;
const clock = new SettableClock('2026-11-22T09:00:00Z');
const customerId = 'C1';

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock });
  await database.dataSource.query(
    `INSERT INTO customers (customer_id, given_name, family_name, email, locale)
     VALUES ('C1', 'Ana', 'García', 'ana@example.com', 'es'), ('C2', 'Luis', 'García', 'ana@example.com', NULL)`,
  );
  for (const [key, contactClass, topic, state] of [
    ['newsletter', 'marketing', 'newsletter', 'active'],
    ['motor-renewal', 'service', 'renewals', 'active'],
    ['notice', 'legal', 'statutory', 'active'],
    ['old', 'marketing', 'offers', 'stopped'],
  ]) {
    await database.dataSource.query(
      `WITH added AS (
         INSERT INTO campaigns (key, name, state, latest_version, active_version) VALUES ($1, $1, $2, 1, 1)
         RETURNING campaign_id
       )
       INSERT INTO campaign_versions (campaign_id, version, definition, content_hash, created_by)
       SELECT campaign_id, 1, $3::jsonb, '', 'test' FROM added`,
      [key, state, JSON.stringify({ key, class: contactClass, topic })],
    );
  }
});

afterAll(async () => {
  await app.close();
  await database.close();
});

beforeEach(async () => {
  await database.dataSource.query(
    `TRUNCATE consent_state;
     INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
     VALUES ('C1', '*', true, 'import', false, '2026-01-01'), ('C2', '*', true, 'import', false, '2026-01-01')`,
  );
  clock.advance({ minutes: 1 });
  token = tokenFor('newsletter');
});

const tokenFor = (topic: string, deliveryId: string = randomUUID()) =>
  app.get(LinksService).unsubscribeToken({ customerId, topic, deliveryId });

const post = (path: string, init: RequestInit = {}) =>
  fetch(`${app.url}${path}`, { method: 'POST', ...init });

/** What may still be written to a customer, class and topic by class and topic. */
async function allowed(who = customerId): Promise<string[]> {
  const rows = await database.dataSource.query<{ topic: string; granted: boolean; byCustomer: boolean }[]>(
    `SELECT topic, granted, by_customer AS "byCustomer" FROM consent_state WHERE customer_id = $1`,
    [who],
  );
  const consent = rows.map((row) => ({ ...row, at: Temporal.Instant.from('2026-01-01T00:00:00Z') }));
  return (
    [
      ['marketing', 'newsletter'],
      ['marketing', 'offers'],
      ['service', 'renewals'],
      ['legal', 'statutory'],
    ] as const
  )
    .filter(([contactClass, topic]) => mayContact(contactClass, topic, consent).allow)
    .map(([, topic]) => topic);
}

async function history(): Promise<Record<string, unknown>[]> {
  return database.dataSource.query(
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
    const response = await post(`/u/${token}`, init);
    expect(response.status).toBe(200);
    expect(await allowed()).toEqual(['offers', 'renewals', 'statutory']);
  });

  test('stops its own topic and nobody else’s', async () => {
    await post(`/u/${tokenFor('renewals')}`);
    expect(await allowed()).toEqual(['newsletter', 'offers', 'statutory']);
    expect(await allowed('C2')).toEqual(['newsletter', 'offers', 'renewals', 'statutory']);
  });

  test('leaves one line in the history however often it comes, with the message it came from', async () => {
    const before = (await history()).length;
    const deliveryId = randomUUID();
    const again = tokenFor('newsletter', deliveryId);
    await Promise.all(Array.from({ length: 8 }, () => post(`/u/${again}`)));
    expect((await post(`/u/${again}`)).status).toBe(200);
    expect((await history()).slice(before)).toEqual([
      {
        topic: 'newsletter',
        granted: false,
        source: 'one_click',
        by_customer: true,
        delivery_id: deliveryId,
        at: new Date(clock.now().epochMilliseconds),
      },
    ]);
  });

  test('is not done by GET, HEAD or OPTIONS, on the page or behind it', async () => {
    const before = (await history()).length;
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      await fetch(`${app.url}/u/${token}`, { method });
      await fetch(`${app.url}/api/public/preferences/${token}`, { method });
    }
    expect((await history()).length).toBe(before);
    expect(await allowed()).toContain('newsletter');
  });

  test('turns a tampered token away, wherever it was touched', async () => {
    const before = (await history()).length;
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === 'A' ? 'B' : 'A';
      const response = await post(`/u/${token.slice(0, index)}${other}${token.slice(index + 1)}`);
      expect([index, response.status]).toEqual([index, 404]);
    }
    for (const wrong of [token.slice(0, -1), `${token}A`, `${token}=`, 'x', '%00']) {
      expect((await post(`/u/${wrong}`)).status).toBe(404);
    }
    expect((await history()).length).toBe(before);
  });

  test('of a customer who is not in the book any more finds nobody', async () => {
    const gone = app
      .get(LinksService)
      .unsubscribeToken({ customerId: 'gone', topic: 'newsletter', deliveryId: randomUUID() });
    expect((await post(`/u/${gone}`)).status).toBe(404);
  });
});

describe('the page behind the link', () => {
  const read = async () => {
    const response = await fetch(`${app.url}/api/public/preferences/${token}`);
    expect(response.status).toBe(200);
    return linkPreferencesSchema.strict().parse(await response.json());
  };
  const choose = (topic: string, granted: boolean) =>
    postJson(app, `/api/public/preferences/${token}`, { topic, granted });

  test('says whose it is without saying it to a stranger, and what there is to choose', async () => {
    expect(await read()).toEqual({
      maskedName: 'A*** G.',
      maskedEmail: 'a***@example.com',
      locale: 'es',
      topic: 'newsletter',
      class: 'marketing',
      marketing: { granted: true, at: '2026-01-01T00:00:00.000Z', source: 'import' },
      topics: [
        { topic: 'renewals', class: 'service', granted: true, at: null },
        { topic: 'newsletter', class: 'marketing', granted: true, at: null },
      ],
    });
  });

  test('takes a choice back, and all is as before', async () => {
    const before = await allowed();
    await post(`/u/${token}`);
    expect((await choose('newsletter', true)).status).toBe(200);
    expect(await allowed()).toEqual(before);
    await choose('*', false);
    expect(await allowed()).toEqual(['renewals', 'statutory']);
    await choose('*', true);
    expect(await allowed()).toEqual(before);
  });

  test('leaves what was stopped alone when everything marketing comes back', async () => {
    await choose('newsletter', false);
    await choose('*', false);
    await choose('*', true);
    expect(await allowed()).toEqual(['offers', 'renewals', 'statutory']);
  });

  test('offers nothing to choose on legal notices and on topics nobody writes about', async () => {
    for (const topic of ['statutory', 'made-up', 'offers']) {
      const response = await choose(topic, false);
      expect([topic, response.status]).toEqual([topic, 400]);
      expect(await response.json()).toMatchObject({ code: 'unknown_topic' });
    }
  });

  test('is closed to other sites: only the one click may come from anywhere', async () => {
    const response = await post(`/api/public/preferences/${token}`, {
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
      body: '{"topic":"newsletter","granted":false}',
    });
    expect(response.status).toBe(403);
  });
});

describe('a signed-in member', () => {
  test('sees and changes the same choices, and only their own', async () => {
    await post(`/u/${token}`);
    const cookie = await memberCookie(app, customerId);
    const response = await fetch(`${app.url}/api/member/preferences`, { headers: { cookie } });
    expect(await response.json()).toMatchObject({
      topics: [
        { topic: 'renewals', granted: true },
        { topic: 'newsletter', granted: false },
      ],
    });
    const changed = await postJson(
      app,
      '/api/member/preferences',
      { topic: 'renewals', granted: false },
      cookie,
    );
    expect(changed.status).toBe(200);
    expect(await allowed()).toEqual(['offers', 'statutory']);
    expect(await allowed('C2')).toEqual(['newsletter', 'offers', 'renewals', 'statutory']);
  });
});

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}
