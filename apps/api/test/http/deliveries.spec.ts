import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deliveryDetailSchema,
  deliveryMessageSchema,
  deliveryPageSchema,
  type DeliveryPage,
} from '../../src/features/deliveries/deliveries.schemas.js';
import { harness, type Harness } from '../integration/deliver-fixture.js';
import { staffCookie } from '../support/sign-in.js';

describe('the people behind every number', () => {
  let on: Harness;
  let cookie: string;
  const get = async (path: string, as = cookie) => {
    const response = await fetch(`${on.app.url}/api/staff/deliveries${path}`, { headers: { cookie: as } });
    return { status: response.status, response };
  };
  const list = async (query: string): Promise<DeliveryPage> => {
    const { status, response } = await get(`?${query}`);
    expect(status).toBe(200);
    return deliveryPageSchema.parse(await response.json());
  };

  beforeAll(async () => {
    on = await harness();
    await on.people(7);
    await on.sql(`UPDATE customers SET email = NULL WHERE customer_id = 'c7'`);
    on.sink.script = (stage, to) =>
      stage === 'rcpt' && to === 'c6@example.com' ? '550 5.1.1 unknown' : null;
    await on.campaign();
    await on.plan();
    await on.settle();
    cookie = await staffCookie(on.app, 'service');
  });
  afterAll(() => on.close());

  it('are listed in full, page by page, none twice', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: DeliveryPage = await list(`limit=3&sort=stateAt${cursor && `&cursor=${cursor}`}`);
      expect(page.total).toBe(7);
      seen.push(...page.items.map(({ customerId }) => customerId));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7']);
  });

  it.each([
    ['state=sent', ['c1', 'c2', 'c3', 'c4', 'c5']],
    ['state=bounced,suppressed', ['c6', 'c7']],
    ['reason=no_address', ['c7']],
    ['reason=none&campaign=motor-renewal', ['c1', 'c2', 'c3', 'c4', 'c5']],
    ['campaign=another', []],
    ['customerId=c2', ['c2']],
    ['policyId=p3', ['c3']],
    ['q=C4%40EXAMPLE', ['c4']],
    ['q=ann%20reader%205', ['c5']],
    ['q=%25', []],
    [
      'dueFrom=2031-05-06T09:00:00Z&dueTo=2031-05-06T09:00:01Z&class=service&topic=renewals&step=t-30&q=c1',
      ['c1'],
    ],
    ['dueTo=2031-05-06T09:00:00Z', []],
    ['overdue=true', []],
  ])('are found by %s', async (query, customers) => {
    const { items, total } = await list(query);
    expect(items.map(({ customerId }) => customerId).sort()).toEqual(customers);
    expect(total).toBe(customers.length);
  });

  it.each(['state=gone', 'limit=1000', 'unknown=1', 'cursor=nonsense', 'sort=name'])(
    'refuses %s',
    async (query) => {
      expect((await get(`?${query}`)).status).toBe(400);
    },
  );

  it('can be looked at one by one, with the mail server’s own words', async () => {
    const row = await on.row('c6');
    const { response } = await get(`/${row.delivery_id}`);
    expect(deliveryDetailSchema.parse(await response.json())).toMatchObject({
      customerId: 'c6',
      customerName: 'Ann Reader 6',
      state: 'bounced',
      reason: 'address_refused',
      smtpReply: '550 5.1.1 unknown',
      hasMessage: true,
      campaignVersion: 1,
    });
  });

  it('shows the message with its headers, and gives the bytes', async () => {
    const row = await on.row('c1');
    const { response } = await get(`/${row.delivery_id}/message`);
    const message = deliveryMessageSchema.parse(await response.json());
    const sent = on.sink.accepted.find(({ to }) => to === 'c1@example.com')!;
    expect(message.raw.trimEnd()).toBe(sent.raw.trimEnd());
    expect(message.headers).toContainEqual({ name: 'X-Aftercare-Delivery', value: row.delivery_id });
    expect(message.headers.find(({ name }) => name === 'Message-ID')?.value).toBe(row.message_id);
    const eml = await get(`/${row.delivery_id}/message.eml`);
    expect(eml.response.headers.get('content-type')).toBe('message/rfc822');
    expect((await eml.response.text()).trimEnd()).toBe(sent.raw.trimEnd());
  });

  it('says that there is no message where none ever went, and no delivery where there is none', async () => {
    const row = await on.row('c7');
    const none = await get(`/${row.delivery_id}/message`);
    expect([none.status, ((await none.response.json()) as { code: string }).code]).toEqual([
      404,
      'no_message',
    ]);
    expect((await get('/01a2040c-0024-7135-b138-ee9b6cefe852')).status).toBe(404);
    expect((await get('/1')).status).toBe(400);
  });

  it('is for staff', async () => {
    expect((await get('', '')).status).toBe(401);
  });
});
