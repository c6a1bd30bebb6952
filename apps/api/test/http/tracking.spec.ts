import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SightingsJournal } from '../../src/features/tracking/sightings-journal.js';
import {
  campaignTrackingSchema,
  deliveryTrackingSchema,
} from '../../src/features/tracking/tracking.schemas.js';
import { TrackedLinksService } from '../../src/features/tracking/tracked-links.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { staffCookie } from '../support/sign-in.js';
import { SettableClock } from '../support/settable-clock.js';
import { insertDelivery, insertSmallBook } from '../support/small-book.js';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';
const target = 'https://www.example.com/offers?for=winter#top';
const anchorDate = '2026-11-20';
const publicUrl = 'https://care.insurer.example';

let database: TestDatabase;
let app: TestApp;
let deliveryId: string;
const clock = new SettableClock('2026-11-22T09:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock, config: { publicUrl } });
  await insertSmallBook(database.dataSource);
});
afterAll(async () => {
  await app.close();
  await database.close();
});
beforeEach(async () => {
  await database.dataSource.query('TRUNCATE delivery_clicks, delivery_opens, deliveries');
  const sentAt = '2026-11-20T09:00:00Z';
  deliveryId = await insertDelivery(database.dataSource, { customerId: 'C1', policyId: 'MOT-10001', sentAt });
});

/** The path of a tracked link, or of the picture, in the letter. */
const clickPath = (url = target) =>
  app.get(TrackedLinksService).clicks({ deliveryId, anchorDate })(url).slice(publicUrl.length);
const openPath = () =>
  app.get(TrackedLinksService).openPixel({ deliveryId, anchorDate }).slice(publicUrl.length);

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${app.url}${path}`, {
    redirect: 'manual',
    ...init,
    headers: { 'user-agent': firefox, ...init.headers },
  });
}

/** Asks for a path as it stands; `fetch` would tidy it up. */
function askRaw(path: string): Promise<{ status: number; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    httpRequest(app.url, { path, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, location: response.headers.location });
    })
      .on('error', reject)
      .end();
  });
}

async function noted(table: 'delivery_clicks' | 'delivery_opens'): Promise<Record<string, unknown>[]> {
  await app.get(SightingsJournal).flush();
  return database.dataSource.query(`SELECT * FROM ${table} ORDER BY at`);
}

describe('a link of a letter', () => {
  test('leads where it said, and tells nobody else', async () => {
    const response = await ask(clickPath());
    expect([response.status, response.headers.get('location')]).toEqual([302, target]);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-robots-tag')).toBe('noindex');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.text()).toBe('');
  });

  test('is noted with its letter and the class of who asked; not with an address or a name', async () => {
    await ask(clickPath(), { headers: { 'x-forwarded-for': '203.0.113.77' } });
    const [click, ...more] = await noted('delivery_clicks');
    expect(more).toEqual([]);
    expect(click).toEqual({
      click_id: expect.any(Number),
      delivery_id: deliveryId,
      anchor_date: anchorDate,
      campaign_id: expect.any(String),
      step: 't-30',
      variant: null,
      link: 0,
      at: new Date('2026-11-22T09:00:00Z'),
      request: 'get',
      agent: 'browser',
      network: expect.stringMatching(/^[\w-]{12}$/),
      judged: false,
      machine: null,
    });
  });

  test.each<[string, RequestInit, object]>([
    ['HEAD', { method: 'HEAD' }, { request: 'head', agent: 'browser' }],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }, { request: 'prefetch' }],
    ['a scanner', { headers: { 'user-agent': 'BarracudaCentral/1.0' } }, { request: 'get', agent: 'robot' }],
    ['a program', { headers: { 'user-agent': 'curl/8.9.1' } }, { request: 'get', agent: 'program' }],
  ])('asked for by %s leads there as well, and is noted as such', async (_, init, wanted) => {
    const response = await ask(clickPath(), init);
    expect([response.status, response.headers.get('location')]).toEqual([302, target]);
    expect(await noted('delivery_clicks')).toEqual([expect.objectContaining(wanted)]);
  });

  test('leads to an address in any letters', async () => {
    const response = await ask(clickPath('https://bücher.example/größe?q=日本'));
    expect(response.headers.get('location')).toBe(
      'https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?q=%E6%97%A5%E6%9C%AC',
    );
  });

  test('with something a mail program hung on it leads there', async () => {
    expect((await ask(`${clickPath()}?fbclid=abc`)).headers.get('location')).toBe(target);
  });

  test('leads there when there is no database at all', async () => {
    const gone = await testDatabase();
    const alone = await testApp({ database: gone, clock, config: { publicUrl } });
    await gone.close();
    for (const path of [clickPath(), clickPath()]) {
      const response = await fetch(`${alone.url}${path}`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([302, target]);
    }
    await alone.close();
  });

  test('leads there when it cannot be noted, and is noted when it can', async () => {
    const { dataSource } = database;
    await dataSource.query('ALTER TABLE delivery_clicks RENAME TO delivery_clicks_away');
    const response = await ask(clickPath());
    expect([response.status, response.headers.get('location')]).toEqual([302, target]);
    await expect(app.get(SightingsJournal).flush()).rejects.toThrow();
    await dataSource.query('ALTER TABLE delivery_clicks_away RENAME TO delivery_clicks');
    expect(await noted('delivery_clicks')).toHaveLength(1);
  });

  test('of a letter that is not in the ledger any more leads there', async () => {
    await database.dataSource.query('TRUNCATE deliveries');
    expect((await ask(clickPath())).headers.get('location')).toBe(target);
    expect(await noted('delivery_clicks')).toEqual([]);
  });

  test('that is asked for for ever is not noted for ever', async () => {
    const journal = app.get(SightingsJournal);
    const at = new Date('2026-11-22T09:00:00Z');
    const click = {
      deliveryId,
      anchorDate,
      link: 0,
      at,
      request: 'get',
      agent: 'browser',
      network: null,
    } as const;
    for (let batch = 0; batch < 3; batch += 1) {
      for (let count = 0; count < 400; count += 1) journal.noteClick(click);
      await journal.flush();
    }
    expect((await noted('delivery_clicks')).length).toBe(800);
  });
});

describe('a link that is none of ours', () => {
  test('shows a page with a way on, in the reader’s language', async () => {
    for (const [language, words] of [
      ['en-GB,en;q=0.9', 'This link does not work'],
      ['zh-CN,zh;q=0.9', '此链接无法使用'],
    ]) {
      const response = await ask(`${clickPath()}x`, { headers: { 'accept-language': language! } });
      expect([response.status, response.headers.get('location')]).toEqual([404, null]);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const page = await response.text();
      expect(page).toContain(words);
      expect(page).toContain(`href="${publicUrl}/"`);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    expect(await noted('delivery_clicks')).toEqual([]);
  });

  test('leads nowhere, however it was come by', async () => {
    const good = clickPath();
    const unsubscribe = good.replace('/c/', '/u/');
    const places = [
      'https://evil.example',
      '//evil.example',
      'https:%2F%2Fevil.example',
      '%00',
      '%E0%A4%A',
      '..',
      '@evil',
    ];
    const wrong = [
      ...places.map((place) => `/c/${place}`),
      ...places.map((place) => `${good}${place}`),
      ...places.map((place) => `${good}/${place}`),
      `${good}=`,
      `/c/?url=https://evil.example`,
      `/c/x?url=https://evil.example&token=${good.slice(3)}`,
      `/c${good}`,
      openPath().replace('/o/', '/c/').replace('.gif', ''),
      unsubscribe.replace('/u/', '/c//'),
    ];
    for (const path of wrong) {
      const { status, location } = await askRaw(path);
      expect([path, location]).toEqual([path, undefined]);
      expect([path, [200, 400, 404].includes(status)]).toEqual([path, true]);
    }
  });

  test('leads nowhere whatever is changed in it', async () => {
    const good = clickPath();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: good.length - 1 }),
        fc.constantFrom(...alphabet),
        async (at, letter) => {
          fc.pre(good[at] !== letter);
          const { status, location } = await askRaw(good.slice(0, at) + letter + good.slice(at + 1));
          expect([status, location]).toEqual([404, undefined]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the picture of a letter', () => {
  test.each([
    ['Mozilla/5.0', { agent: 'mail_privacy', machine: true }],
    [
      'Mozilla/5.0 (Windows NT 5.1) Gecko (via ggpht.com GoogleImageProxy)',
      { agent: 'image_proxy', machine: true },
    ],
    [firefox, { agent: 'browser', machine: false }],
  ])('fetched by %s is noted, kept out of caches', async (agent, wanted) => {
    const response = await ask(openPath(), { headers: { 'user-agent': agent } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 6)
        .toString(),
    ).toBe('GIF89a');
    expect(await noted('delivery_opens')).toEqual([
      expect.objectContaining({ delivery_id: deliveryId, at: new Date('2026-11-22T09:00:00Z'), ...wanted }),
    ]);
    expect(await noted('delivery_clicks')).toEqual([]);
  });

  test('of nobody knows which letter is a picture still, and is not noted', async () => {
    for (const path of ['/o/x.gif', '/o/%00', clickPath().replace('/c/', '/o/')]) {
      expect((await ask(path)).status).toBe(200);
    }
    expect(await noted('delivery_opens')).toEqual([]);
  });
});

describe('the desk', () => {
  const get = async (path: string, cookie?: string) => {
    const response = await fetch(`${app.url}/api/staff${path}`, { headers: { cookie: cookie ?? '' } });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  test('sees what was done with a letter, and with all of a campaign', async () => {
    const cookie = await staffCookie(app, 'marketing');
    await ask(clickPath());
    await ask(openPath());
    await app.get(SightingsJournal).flush();
    const campaign = await get('/campaigns/motor-renewal/tracking', cookie);
    expect(campaignTrackingSchema.parse(campaign.body)).toMatchObject({
      sent: 1,
      clicks: { raw: 1, waiting: 1 },
      opens: { raw: 1, human: 1 },
      steps: [{ step: 't-30', variant: null, sent: 1 }],
    });
    const delivery = await get(`/deliveries/${deliveryId}/tracking`, cookie);
    expect(deliveryTrackingSchema.parse(delivery.body)).toMatchObject({
      clicks: [{ link: 0, agent: 'browser', judged: false }],
      opens: [{ machine: false }],
      outcomes: [],
    });
    expect((await get('/campaigns/none/tracking', cookie)).status).toBe(404);
    expect((await get('/deliveries/none/tracking', cookie)).status).toBe(400);
    expect((await get('/campaigns/motor-renewal/tracking')).status).toBe(401);
  });
});
