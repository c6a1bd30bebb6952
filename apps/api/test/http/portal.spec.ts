import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  memberHomeSchema,
  memberMessageDetailSchema,
  memberMessagePageSchema,
  memberPolicyDetailSchema,
  memberPolicyPageSchema,
} from '../../src/features/portal/portal.schemas.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { memberCookie } from '../support/sign-in.js';
import { insertDelivery, insertSmallBook, smallBookNow } from '../support/small-book.js';

let database: TestDatabase;
let app: TestApp;
let ana: string;
let luis: string;
const letters: Record<string, string> = {};

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock: new SettableClock(smallBookNow) });
  await insertSmallBook(database.dataSource);
  const add = async (name: string, given: Parameters<typeof insertDelivery>[1]) => {
    letters[name] = await insertDelivery(database.dataSource, { subject: name, ...given });
  };
  const ofAna = { customerId: 'C1', policyId: 'MOT-10001' };
  await add('First', { ...ofAna, anchorDate: '2026-11-01', sentAt: '2026-11-01T09:00:00.000001Z' });
  await add('Second', { ...ofAna, anchorDate: '2026-11-02', sentAt: '2026-11-01T09:00:00.000002Z' });
  await add('Third', {
    customerId: 'C1',
    policyId: null,
    anchorDate: '2026-11-03',
    sentAt: '2026-11-03T09:00:00Z',
  });
  await add('Not sent', { ...ofAna, anchorDate: '2026-11-04', state: 'sending' });
  await add('For Luis', { customerId: 'C2', policyId: 'MOT-20001', sentAt: '2026-11-20T09:00:00Z' });
  ana = await memberCookie(app, 'C1');
  luis = await memberCookie(app, 'C2');
});

afterAll(async () => {
  await app.close();
  await database.close();
});

const get = async (path: string, cookie: string): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${app.url}/api/member/${path}`, { headers: { cookie } });
  return { status: response.status, body: await response.json() };
};

describe('Home', () => {
  test('says what needs attention, most pressing first, by the member’s own day', async () => {
    const home = memberHomeSchema.parse((await get('home', ana)).body);
    expect(home).toMatchObject({ givenName: 'Ana', displayName: 'Ana García López', today: '2026-11-22' });
    expect(
      home.attention.map(({ kind, policyId, date, daysLeft, amountMinor, previousAmountMinor }) => [
        ...[kind, policyId, date, daysLeft, amountMinor, previousAmountMinor],
      ]),
    ).toEqual([
      ['grace', 'HOM-10002', '2026-12-10', 18, 6667, null],
      ['payment_overdue', 'HEA-10003', '2026-10-15', -38, 7500, null],
      ['payment_due', 'HEA-10003', '2026-11-22', 0, 7500, null],
      ['payment_due', 'HOM-10002', '2026-12-01', 9, 6667, null],
      ['renewal', 'MOT-10001', '2026-12-20', 28, 55000, 50000],
    ]);
    expect(home.policies).toEqual({
      current: 3,
      nextRenewal: { policyId: 'MOT-10001', line: 'motor', product: 'Motor Plus', date: '2026-12-20' },
    });
    expect(home.messages.map(({ subject }) => subject)).toEqual(['Third', 'Second', 'First']);
  });

  test('tells another member of their own alone', async () => {
    const home = memberHomeSchema.parse((await get('home', luis)).body);
    expect(home.attention.map(({ kind, policyId }) => [kind, policyId])).toEqual([
      ['payment_due', 'MOT-20001'],
      ['renewal', 'MOT-20001'],
    ]);
    expect(home.messages.map(({ subject }) => subject)).toEqual(['For Luis']);
  });
});

describe('My policies', () => {
  test('are the member’s own, those that run first', async () => {
    const list = memberPolicyPageSchema.parse((await get('policies', ana)).body);
    expect(list.items.map(({ policyId }) => policyId)).toEqual([
      'MOT-10001',
      'HEA-10003',
      'HOM-10002',
      'TRA-10004',
    ]);
    expect(list.items[0]).toMatchObject({
      policyNumberMasked: '•••• 0001',
      premiumMinor: 55000,
      previousPremiumMinor: 50000,
      premiumChangePercent: 10,
      insuredObject: { make: 'Kia', year: 2021 },
      nextPayment: null,
    });
    expect(list.items[1]?.nextPayment).toEqual({
      dueDate: '2026-10-15',
      amountMinor: 7500,
      currency: 'NZD',
      overdue: true,
    });
  });

  test('come page by page, each once', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const list = memberPolicyPageSchema.parse(
        (await get(`policies?limit=1${cursor && `&cursor=${cursor}`}`, ana)).body,
      );
      seen.push(...list.items.map(({ policyId }) => policyId));
      cursor = list.nextCursor;
    }
    expect(seen).toEqual(['MOT-10001', 'HEA-10003', 'HOM-10002', 'TRA-10004']);
    const past = memberPolicyPageSchema.parse((await get('policies?when=past', ana)).body);
    expect(past.items.map(({ policyId }) => policyId)).toEqual(['TRA-10004']);
  });

  test('one of them has its instalments, terms, history and letters', async () => {
    const motor = memberPolicyDetailSchema.parse((await get('policies/MOT-10001', ana)).body);
    expect(motor.terms.map(({ termNo, premiumMinor, current }) => [termNo, premiumMinor, current])).toEqual([
      [2, 55000, true],
      [1, 50000, false],
    ]);
    expect(motor.messages.map(({ subject }) => subject)).toEqual(['Second', 'First']);
    const home = memberPolicyDetailSchema.parse((await get('policies/HOM-10002', ana)).body);
    expect(home.instalments.map(({ dueDate, state }) => [dueDate, state])).toEqual([
      ['2026-10-01', 'paid'],
      ['2026-11-01', 'overdue'],
      ['2026-12-01', 'due'],
    ]);
    expect(home.history).toEqual([
      { on: '2026-11-10', from: 'in_force', to: 'grace', transition: 'entered_grace' },
    ]);
  });

  test('someone else’s is not told from one that is not there', async () => {
    const [theirs, nobodys] = [await get('policies/MOT-20001', ana), await get('policies/NONE', ana)];
    expect(theirs.status).toBe(404);
    expect({ ...(theirs.body as object), requestId: '' }).toEqual({
      ...(nobodys.body as object),
      requestId: '',
    });
  });
});

describe('Messages', () => {
  test('are those that were sent, newest first, page by page to the microsecond', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const list = memberMessagePageSchema.parse(
        (await get(`messages?limit=1${cursor && `&cursor=${cursor}`}`, ana)).body,
      );
      seen.push(...list.items.map(({ subject }) => subject));
      cursor = list.nextCursor;
    }
    expect(seen).toEqual(['Third', 'Second', 'First']);
    const found = memberMessagePageSchema.parse((await get('messages?q=SECO', ana)).body);
    expect(found.items.map(({ subject }) => subject)).toEqual(['Second']);
  });

  test('show as they were sent, to the one they were sent to', async () => {
    const shown = memberMessageDetailSchema.parse((await get(`messages/${letters['First']}`, ana)).body);
    expect(shown).toMatchObject({
      subject: 'First',
      html: expect.stringContaining('<p>First</p>') as string,
    });
    expect((await get(`messages/${letters['For Luis']}`, ana)).status).toBe(404);
    expect((await get(`messages/${letters['First']}`, luis)).status).toBe(404);
    expect((await get(`messages/${letters['Not sent']}`, ana)).status).toBe(404);
  });

  test('with a cursor of another list are refused', async () => {
    const cursor = Buffer.from('["2026-11-01","x"]').toString('base64url');
    expect(await get(`messages?cursor=${cursor}`, ana)).toMatchObject({
      status: 400,
      body: { code: 'bad_cursor' },
    });
    expect(await get('messages?customerId=C2', ana)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  });
});

test('the site tells its name and its inbox before anybody signs in', async () => {
  const response = await fetch(`${app.url}/api/public/site`);
  expect(await response.json()).toMatchObject({
    name: 'Harbour Mutual',
    supportEmail: 'care@harbour-mutual.example.com',
    inboxUrl: null,
    sample: false,
  });
});
