import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  customerDetailSchema,
  customerPageSchema,
  upcomingSchema,
} from '../../src/features/desk/customers.schemas.js';
import { timelinePageSchema } from '../../src/features/desk/timeline.schemas.js';
import { openDesk, type Desk } from './desk-fixture.js';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

describe('Customers', () => {
  const ids = async (query: string) => {
    const page = customerPageSchema.parse(await desk.get(`customers${query}`));
    expect(page.total).toBe(page.items.length);
    return page.items.map(({ customerId }) => customerId);
  };

  test.each([
    ['by family name first', '', ['C4', 'C2', 'C1', 'C3']],
    ['backwards', '?sort=-name', ['C3', 'C1', 'C2', 'C4']],
    ['the beginning of a given name', '?q=ana', ['C1']],
    ['a whole name in either order', '?q=Garc%C3%ADa%20Luis', ['C2']],
    ['a whole name in the other', '?q=luis%20garc', ['C2']],
    ['a name in another script', '?q=%E6%9D%8E%E7%A7%80', ['C3']],
    ['an address they share', '?q=Family@', ['C2', 'C1']],
    ['a policy number', '?q=hom-1', ['C1']],
    ['a customer number', '?q=c2', ['C2']],
    ['a telephone number', '?q=%2B64', ['C1']],
    ['what nobody has', '?q=nobody', []],
    ['a text that means something in SQL', '?q=%25', []],
    ['a line', '?line=motor', ['C2', 'C1']],
    ['a status', '?status=grace', ['C1']],
    ['consent', '?consent=granted', ['C1']],
    ['no consent', '?consent=none', ['C4', 'C2', 'C3']],
    ['died', '?flag=deceased', ['C4']],
    ['an open complaint', '?flag=complaint', ['C2']],
    ['an address that bounced', '?flag=suppressed', ['C4']],
    ['not to be renewed', '?flag=do_not_renew', ['C1']],
    ['no address', '?flag=no_address', ['C3']],
    ['nobody’s', '?flag=orphan', ['C2']],
  ])('are found by %s', async (_, query, expected) => expect(await ids(query)).toEqual(expected));

  test.each(['name', '-name', 'updatedAt', '-updatedAt'])(
    'come page by page, each once, by %s',
    async (sort) => {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = customerPageSchema.parse(
          await desk.get(`customers?limit=1&sort=${sort}${cursor && `&cursor=${cursor}`}`),
        );
        seen.push(...page.items.map(({ customerId }) => customerId));
        cursor = page.nextCursor;
      }
      expect(seen.toSorted()).toEqual(['C1', 'C2', 'C3', 'C4']);
    },
  );

  test('are shown with their consent, and why they may not be written to', async () => {
    const ana = customerDetailSchema.parse(await desk.get('customers/C1'));
    expect(ana).toMatchObject({
      name: 'Ana García López',
      flags: ['do_not_renew'],
      marketingGranted: true,
      policyCount: 4,
      contact: [
        { class: 'legal', allowed: true, reason: null },
        { class: 'service', allowed: true, reason: null },
        { class: 'marketing', allowed: true, reason: null },
      ],
    });
    expect(ana.consentHistory.map(({ topic, granted }) => [topic, granted])).toEqual([
      ['offers', false],
      ['*', true],
    ]);
    expect(ana.policies.map(({ policyId, overdueInstalments }) => [policyId, overdueInstalments])).toEqual([
      ['MOT-10001', 0],
      ['HEA-10003', 1],
      ['HOM-10002', 1],
      ['TRA-10004', 0],
    ]);
    const reasons = async (id: string) =>
      customerDetailSchema.parse(await desk.get(`customers/${id}`)).contact.map(({ reason }) => reason);
    expect(await reasons('C2')).toEqual([null, null, 'open_complaint']);
    expect(await reasons('C3')).toEqual(['no_address', 'no_address', 'no_address']);
    expect(await reasons('C4')).toEqual(['deceased', 'deceased', 'deceased']);
  });

  test('who are not there are not found', async () => {
    for (const path of ['customers/none', 'customers/none/timeline', 'customers/none/upcoming']) {
      expect(await desk.get(path)).toMatchObject({ code: 'not_found' });
    }
  });
});

describe('the timeline', () => {
  test('has everything in one order, newest first', async () => {
    const { items } = timelinePageSchema.parse(await desk.get('customers/C1/timeline?limit=100'));
    expect(items.map(({ type, at }) => [type, at])).toEqual(
      items
        .map(({ type, at }) => [type, at])
        .toSorted((a, b) => (a[1]! < b[1]! ? 1 : a[1]! > b[1]! ? -1 : 0)),
    );
    const count = (type: string) => items.filter((item) => item.type === type).length;
    expect(
      Object.fromEntries(
        ['delivery', 'policy_status', 'policy_started', 'event', 'consent', 'payment'].map((type) => [
          type,
          count(type),
        ]),
      ),
    ).toEqual({
      ...{ delivery: 6, policy_status: 1, policy_started: 4, event: 1, consent: 2, payment: 1 },
    });
    expect(
      items.find((item) => item.type === 'delivery' && item.deliveryId === desk.deliveries.sent),
    ).toMatchObject({
      subject: 'Your renewal',
      hasMessage: true,
      state: 'sent',
    });
  });

  test('comes page by page, each item once, and by type', async () => {
    const whole = timelinePageSchema.parse(await desk.get('customers/C1/timeline?limit=100')).items;
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = timelinePageSchema.parse(
        await desk.get(`customers/C1/timeline?limit=2${cursor && `&cursor=${cursor}`}`),
      );
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(whole);
    const some = timelinePageSchema.parse(await desk.get('customers/C1/timeline?type=payment,consent'));
    expect(some.items.map(({ type }) => type)).toEqual(['consent', 'payment', 'consent']);
  });
});

test('what comes next is what waits in the ledger and what will join it, with the gate’s word on each', async () => {
  const ana = upcomingSchema.parse(await desk.get('customers/C1/upcoming'));
  expect(
    ana.items.map(({ campaignKey, step, dueAt, deliveryId, wouldSend, reason }) => [
      ...[campaignKey, step, dueAt, deliveryId, wouldSend, reason],
    ]),
  ).toEqual([
    ['motor-renewal', 't-7', '2026-12-12T20:00:00.000Z', desk.deliveries.waiting, true, null],
    ['news', 't-7', '2026-12-12T20:00:00.000Z', null, true, null],
  ]);
  const luis = upcomingSchema.parse(await desk.get('customers/C2/upcoming'));
  expect(luis.items.map(({ campaignKey, step, reason }) => [campaignKey, step, reason])).toEqual([
    ['motor-renewal', 't-30', null],
    ['motor-renewal', 't-7', null],
    ['news', 't-7', 'open_complaint'],
  ]);
});
