import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MessagesService } from '../../src/features/deliveries/messages.service.js';
import { asOf, dueDay, harness, type Harness } from './deliver-fixture.js';

describe('dispatch', () => {
  let on: Harness;
  beforeAll(async () => {
    on = await harness();
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  it('sends each due row once, and balances', async () => {
    await on.people(60);
    await on.campaign();
    await on.plan();
    expect(await on.settle()).toEqual({ going: 0, held: 0 });
    const rows = await on.rows();
    expect(rows.map(({ state }) => state)).toEqual(Array(60).fill('sent'));
    expect(on.sink.accepted.map(({ deliveryId }) => deliveryId).sort()).toEqual(
      rows.map((row) => row.delivery_id).sort(),
    );
    expect(on.sink.accepted.map(({ to }) => to).sort()).toEqual(rows.map((row) => row.recipient).sort());
    expect(await on.reconcile()).toMatchObject({
      planned: 60,
      open: 0,
      balanced: true,
      states: { sent: 60 },
    });
    expect(on.sink.mostConnections()).toBeLessThanOrEqual(4);
  });

  it('sends nothing more when it is planned and run again', async () => {
    await on.people(3);
    await on.campaign();
    await on.plan();
    await on.settle();
    await on.plan();
    await on.settle();
    expect(on.sink.accepted).toHaveLength(3);
  });

  it('keeps the very bytes that the mail server got', async () => {
    await on.people(1);
    await on.campaign();
    await on.plan();
    await on.settle();
    const row = await on.row('c1');
    const [taken] = on.sink.accepted;
    const kept = await on.app.get(MessagesService).raw(row.delivery_id);
    expect(kept.toString('latin1').trimEnd()).toBe(taken!.raw.trimEnd());
    expect(taken).toMatchObject({ messageId: row.message_id, to: 'c1@example.com' });
    expect(row.message_id).toBe(`<${row.delivery_id}@harbour-mutual.example.com>`);
    expect(taken!.raw).toMatch(/^List-Unsubscribe: <http.*\/u\/.*>/m);
  });

  it('offers a way out of service and marketing, in one click of marketing, and none of a statutory notice', async () => {
    await on.people(1);
    for (const contactClass of ['legal', 'service', 'marketing']) {
      await on.campaign({ key: contactClass, class: contactClass, topic: contactClass });
    }
    await on.plan();
    await on.settle();
    const ways = on.sink.accepted.map(({ raw }) => [
      /^Feedback-ID: (\w+):/m.exec(raw)?.[1],
      /^List-Unsubscribe:/m.test(raw),
      /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m.test(raw),
    ]);
    expect(ways.sort()).toEqual([
      ['legal', false, false],
      ['marketing', true, true],
      ['service', true, false],
    ]);
  });

  it('shows a message as it was sent, whatever the book says now', async () => {
    await on.people(1);
    await on.campaign();
    await on.plan();
    await on.settle();
    await on.sql(`UPDATE customers SET given_name = 'Somebody', family_name = 'Else'`);
    const message = await on.app.get(MessagesService).get((await on.row('c1')).delivery_id);
    expect(message.to).toContain('Ann Reader 1');
    expect(message.html).toContain('Ann');
    expect(message.text).not.toContain('Somebody');
    expect(message.headers.map(({ name }) => name)).toContain('X-Aftercare-Delivery');
  });

  it('holds the rows of a paused campaign, and lets them go when it is resumed', async () => {
    await on.people(3);
    await on.campaign();
    await on.plan();
    await on.sql(`UPDATE campaigns SET state = 'paused'`);
    expect(await on.settle()).toEqual({ going: 0, held: 3 });
    expect(on.sink.accepted).toHaveLength(0);
    await on.sql(`UPDATE campaigns SET state = 'active'`);
    expect(await on.settle()).toEqual({ going: 0, held: 0 });
    expect(on.sink.accepted).toHaveLength(3);
  });

  it('fails a message whose template misses something, names it, and sends the others', async () => {
    await on.people(3);
    await on.sql(`UPDATE policies SET premium_minor = NULL WHERE policy_id = 'p2'`);
    await on.campaign();
    await on.plan();
    await on.settle();
    expect(await on.row('c2')).toMatchObject({
      state: 'failed',
      reason: 'template_error',
      smtp_reply: expect.stringContaining('premium'),
    });
    expect(on.sink.accepted.map(({ to }) => to).sort()).toEqual(['c1@example.com', 'c3@example.com']);
  });

  it('takes back a chunk whose job is gone', async () => {
    await on.people(2);
    await on.campaign();
    await on.plan();
    await on.sql(`UPDATE deliveries SET chunk_id = gen_random_uuid()`);
    await on.sql(`UPDATE deliveries SET claim = chunk_id`);
    await on.sql(
      `INSERT INTO dispatch_chunks (chunk_id, rows, first_anchor, last_anchor)
       SELECT chunk_id, 1, anchor_date, anchor_date FROM deliveries`,
    );
    await on.settle();
    expect((await on.rows()).map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  it('sends only the latest of the steps that are due', async () => {
    await on.people(1);
    await on.campaign({
      steps: [
        { key: 'first', offsetDays: -30, at: '08:00', template: 'renewal-reminder' },
        { key: 'second', offsetDays: -30, at: '09:00', template: 'renewal-reminder' },
      ],
    });
    await on.plan();
    // As if each had been planned in time, and then nothing could be sent for an hour.
    await on.sql(`UPDATE deliveries SET state = 'planned', reason = NULL`);
    await on.settle();
    const ends = (await on.sql(`SELECT step, state, reason FROM deliveries ORDER BY step`)).map((row) => ({
      ...row,
    }));
    expect(ends).toEqual([
      { step: 'first', state: 'expired', reason: 'superseded' },
      { step: 'second', state: 'sent', reason: null },
    ]);
  });

  it('judges the rows of a run as of its own moment', async () => {
    await on.people(1);
    await on.campaign({ catchUpHours: 1 });
    await on.plan();
    // Years from now or years ago, the window of these rows is not the wall clock's.
    expect(Math.abs(asOf.epochMilliseconds - Date.parse(`${dueDay}T09:00:00Z`))).toBeLessThan(3_600_000);
    await on.settle();
    expect((await on.row('c1')).state).toBe('sent');
  });
});

/** What may happen between planning and sending, to customer n and their policy, and how the row must end. */
const changes: {
  name: string;
  marketing?: boolean;
  change: (n: number) => string;
  ends: [string, string | null];
}[] = [
  {
    name: 'unsubscribed from the topic',
    change: (n) => `INSERT INTO consent_state VALUES ('c${n}', 'renewals', false, 'link', true, now())`,
    ends: ['suppressed', 'unsubscribed'],
  },
  {
    name: 'withdrew everything marketing',
    marketing: true,
    change: (n) => `UPDATE consent_state SET granted = false WHERE customer_id = 'c${n}'`,
    ends: ['suppressed', 'unsubscribed'],
  },
  {
    name: 'died',
    change: (n) => `INSERT INTO policies (policy_id, customer_id, line, status, start_date)
                    VALUES ('life', 'c${n}', 'life', 'claim_death', '2020-01-01')`,
    ends: ['suppressed', 'deceased'],
  },
  {
    name: 'complained, and it is marketing',
    marketing: true,
    change: (n) =>
      `INSERT INTO customer_events VALUES ('e${n}', 'complaint_opened', 'c${n}', NULL, '2031-05-06T09:10:00Z')`,
    ends: ['suppressed', 'open_complaint'],
  },
  {
    name: 'complained, and it is about their own policy',
    change: (n) =>
      `INSERT INTO customer_events VALUES ('e${n}', 'complaint_opened', 'c${n}', NULL, '2031-05-06T09:10:00Z')`,
    ends: ['sent', null],
  },
  {
    name: 'renewed',
    change: (n) => `UPDATE policies SET term_no = 2, renewal_date = '2032-06-05' WHERE policy_id = 'p${n}'`,
    ends: ['suppressed', 'renewed'],
  },
  {
    name: 'had the renewal date corrected',
    change: (n) => `UPDATE policies SET renewal_date = '2031-06-20' WHERE policy_id = 'p${n}'`,
    ends: ['suppressed', 'date_changed'],
  },
  {
    name: 'is not to be renewed',
    change: (n) => `UPDATE policies SET do_not_renew = true WHERE policy_id = 'p${n}'`,
    ends: ['suppressed', 'do_not_renew'],
  },
  {
    name: 'left the audience',
    change: (n) => `UPDATE policies SET status = 'lapsed' WHERE policy_id = 'p${n}'`,
    ends: ['suppressed', 'left_audience'],
  },
  {
    name: 'met the exit rule',
    change: (n) => `UPDATE policies SET product = 'cancelled by phone' WHERE policy_id = 'p${n}'`,
    ends: ['suppressed', 'exit_rule'],
  },
  {
    name: 'lost the address',
    change: (n) => `UPDATE customers SET email = NULL WHERE customer_id = 'c${n}'`,
    ends: ['suppressed', 'no_address'],
  },
  {
    name: 'has an address that bounced',
    change: (n) => `INSERT INTO suppressions (address, reason) VALUES ('C${n}@example.com', 'hard_bounce')`,
    ends: ['suppressed', 'address_suppressed'],
  },
  {
    name: 'waited until the time had passed',
    change: (n) => `UPDATE deliveries SET expires_at = '2031-05-06T09:29:59Z' WHERE customer_id = 'c${n}'`,
    ends: ['expired', 'missed_window'],
  },
  { name: 'nothing happened to', change: () => 'SELECT 1', ends: ['sent', null] },
  {
    name: 'nothing happened to, and it is marketing',
    marketing: true,
    change: () => 'SELECT 1',
    ends: ['sent', null],
  },
];

describe('the contact gate is asked again at the moment of sending, about a customer who', () => {
  let on: Harness;
  beforeAll(async () => {
    on = await harness();
    await on.people(changes.length);
    const marketed = changes.flatMap(({ marketing }, index) => (marketing ? `c${index + 1}` : []));
    await on.campaign({
      exitWhen: { field: 'policy.product', op: 'eq', value: 'cancelled by phone' },
      audience: {
        all: [
          { field: 'policy.status', op: 'eq', value: 'in_force' },
          { field: 'customer.id', op: 'notIn', value: marketed },
        ],
      },
    });
    await on.campaign({
      key: 'offer',
      class: 'marketing',
      audience: { field: 'customer.id', op: 'in', value: marketed },
    });
    await on.plan();
    for (const [index, { change }] of changes.entries()) await on.sql(change(index + 1));
    await on.settle();
  });
  afterAll(() => on.close());

  it.each(changes.map((each, index) => ({ ...each, customer: `c${index + 1}` })))(
    '$name',
    async ({ customer, ends }) => {
      const row = await on.row(customer);
      expect([row.state, row.reason]).toEqual(ends);
      const arrived = on.sink.arrived.filter(({ deliveryId }) => deliveryId === row.delivery_id);
      expect(arrived).toHaveLength(ends[0] === 'sent' ? 1 : 0);
    },
  );

  it('accounts for all of them', async () => {
    expect(await on.reconcile()).toMatchObject({ planned: changes.length, open: 0, balanced: true });
  });
});

describe('dispatch with sending switched off', () => {
  it('releases nothing', async () => {
    const on = await harness({ config: { sending: false } });
    try {
      await on.people(2);
      await on.campaign();
      await on.plan();
      expect(await on.settle()).toEqual({ going: 2, held: 0 });
      expect((await on.rows()).map(({ state, chunk_id }) => [state, chunk_id])).toEqual([
        ['planned', null],
        ['planned', null],
      ]);
      expect(await on.reconcile()).toMatchObject({ planned: 2, open: 2, balanced: true });
    } finally {
      await on.close();
    }
  });
});
