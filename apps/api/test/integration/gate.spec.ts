import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveriesService } from '../../src/features/deliveries/deliveries.service.js';
import { harness, type Harness } from './deliver-fixture.js';
import { day, limits, morning, onceOn, releaseAsOf, runAsOf } from './gate-fixture.js';

let on: Harness;
beforeAll(async () => {
  on = await harness();
});
beforeEach(async () => {
  await on.reset();
  await limits(on, {});
});
afterAll(() => on.close());

/** How each row stands: campaign, customer, state, reason, day. */
async function ledger() {
  const rows = await on.sql<{ key: string; customer_id: string; state: string; reason: string; on: string }>(
    `SELECT c.key, d.customer_id, d.state, d.reason, d.contact_on AS on, d.next_attempt_at AS until
       FROM deliveries d JOIN campaigns c USING (campaign_id) ORDER BY c.key, d.customer_id`,
  );
  return rows.map((row) => ({ ...row }));
}
const states = async () =>
  (await ledger()).map((row) => `${row.key} ${row.state} ${row.reason ?? ''}`.trim());

describe('quiet hours', () => {
  it('an overdue follow-up does not leave at night, but in the morning of the customer’s own zone', async () => {
    await on.people(2);
    await on.sql(`UPDATE customers SET time_zone = 'Asia/Tokyo' WHERE customer_id = 'c2'`);
    await limits(on, { opens: '08:00', closes: '21:00' });
    await onceOn(on, { key: 'late', class: 'service' });
    // Half past ten in the evening in London, half past seven in Tokyo's next morning: it should have gone at nine.
    await runAsOf(on, `${day}T22:30:00Z`);
    expect(await ledger()).toMatchObject([
      { state: 'planned', reason: 'quiet_hours', on: '2031-05-07', until: new Date('2031-05-07T08:00:00Z') },
      { state: 'planned', reason: 'quiet_hours', on: '2031-05-07', until: new Date('2031-05-06T23:00:00Z') },
    ]);
    await runAsOf(on, '2031-05-06T23:00:00Z');
    expect(on.sink.accepted.map(({ to }) => to)).toEqual(['c2@example.com']);
    await runAsOf(on, '2031-05-07T08:00:00Z');
    expect(await states()).toEqual(['late sent', 'late sent']);
    expect(await on.reconcile()).toMatchObject({ open: 0, balanced: true });
  });

  it('a follow-up whose end comes in the night ends, and is not sent past its end', async () => {
    await on.people(1);
    await limits(on, { opens: '08:00', closes: '21:00' });
    await onceOn(on, { key: 'late', catchUpHours: 22 });
    await runAsOf(on, `${day}T22:30:00Z`);
    expect(await states()).toEqual(['late expired quiet_hours']);
    expect(on.sink.arrived).toHaveLength(0);
  });

  it('a region’s law leaves fewer hours than the house, and a statutory notice goes at any', async () => {
    await on.people(2);
    await on.sql(`UPDATE customers SET region = 'US-FL' WHERE customer_id = 'c1'`);
    await limits(on, { opens: '06:00', closes: '23:00' });
    await onceOn(on, { key: 'service', class: 'service', at: '20:15' });
    await onceOn(on, { key: 'legal', class: 'legal', at: '20:15' });
    await runAsOf(on, `${day}T20:15:00Z`);
    expect(await states()).toEqual([
      'legal sent',
      'legal sent',
      'service planned quiet_hours',
      'service sent',
    ]);
  });
});

describe('a row that is put off', () => {
  it('keeps its identity and is queued for nobody, however often it is looked at', async () => {
    await on.people(3);
    await limits(on, { contacts: 1, days: 3, opens: '08:00', closes: '21:00' });
    await onceOn(on, { key: 'first', priority: 90 });
    await onceOn(on, { key: 'second', catchUpHours: 24 * 9 });
    await runAsOf(on, morning);
    const rows = async () => (await on.rows()).toSorted((a, b) => (a.delivery_id < b.delivery_id ? -1 : 1));
    const before = await rows();
    const jobs = `SELECT count(*)::int AS jobs FROM pgboss.job WHERE name = 'dispatch'`;
    const [{ jobs: queued }] = (await on.sql(jobs)) as [{ jobs: number }];
    for (const instant of [morning, `${day}T10:00:00Z`, `${day}T22:00:00Z`, '2031-05-07T09:00:00Z']) {
      await runAsOf(on, instant);
    }
    expect(await rows()).toEqual(before);
    expect(await on.sql(jobs)).toMatchObject([{ jobs: queued }]);
    expect((await states()).filter((each) => each === 'second planned frequency_cap')).toHaveLength(3);
    await runAsOf(on, '2031-05-09T09:00:00Z');
    expect((await rows()).map((row) => row.delivery_id)).toEqual(before.map((row) => row.delivery_id));
    expect(new Set(await states())).toEqual(new Set(['first sent', 'second sent']));
    expect(on.sink.accepted).toHaveLength(6);
  });

  it('tells in words why it waits and until when', async () => {
    await on.people(1);
    await limits(on, { opens: '10:00', closes: '21:00' });
    await onceOn(on, { key: 'early' });
    await runAsOf(on, morning);
    const { delivery_id: id } = await on.row('c1');
    const shown = await on.app.get(DeliveriesService).get(id);
    expect(shown).toMatchObject({
      state: 'planned',
      reason: 'quiet_hours',
      nextAttemptAt: `${day}T10:00:00.000Z`,
    });
    expect(shown.words).toContain('outside the hours');
  });
});

describe('days without contact', () => {
  it('put marketing off to the next day, by region, and leave service alone', async () => {
    await on.people(3);
    await on.sql(`UPDATE customers SET region = 'us-ca' WHERE customer_id = 'c1'`);
    await on.sql(`UPDATE customers SET region = 'US' WHERE customer_id = 'c2'`);
    await on.sql(
      `INSERT INTO no_contact_days VALUES ('US', $1, 'Holiday'), ('US-CA', '2031-05-07', 'Another')`,
      [day],
    );
    await onceOn(on, { key: 'offer' });
    await onceOn(on, { key: 'service', class: 'service' });
    await runAsOf(on, morning);
    const waiting = { state: 'planned', reason: 'no_contact_day' };
    expect(await ledger()).toMatchObject([
      { ...waiting, on: '2031-05-08', until: new Date('2031-05-08T09:00:00Z') },
      { ...waiting, on: '2031-05-07', until: new Date('2031-05-07T09:00:00Z') },
      { state: 'sent' },
      ...[{ state: 'sent' }, { state: 'sent' }, { state: 'sent' }],
    ]);
    await runAsOf(on, '2031-05-08T09:00:00Z');
    expect(new Set((await ledger()).map(({ state }) => state))).toEqual(new Set(['sent']));
    await on.sql('TRUNCATE no_contact_days');
  });
});

describe('the frequency cap', () => {
  it('is not ignored by any campaign: the higher priority gets the place, the others go on the next free day or never', async () => {
    await on.people(1);
    await limits(on, { contacts: 1, days: 2 });
    await onceOn(on, { key: 'low', priority: 10, catchUpHours: 72 });
    await onceOn(on, { key: 'high', priority: 90 });
    await onceOn(on, { key: 'short', priority: 20, catchUpHours: 24 });
    await onceOn(on, { key: 'service', class: 'service' });
    await runAsOf(on, morning);
    expect(await ledger()).toMatchObject([
      { key: 'high', state: 'sent' },
      { key: 'low', state: 'planned', reason: 'frequency_cap', on: '2031-05-08' },
      { key: 'service', state: 'sent' },
      { key: 'short', state: 'suppressed', reason: 'frequency_cap' },
    ]);
    await runAsOf(on, '2031-05-08T09:00:00Z');
    expect(await states()).toContain('low sent');
  });

  it('of 0 blocks nothing', async () => {
    await on.people(1);
    await limits(on, { contacts: 0 });
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await onceOn(on, { key });
    await runAsOf(on, morning);
    expect(on.sink.accepted).toHaveLength(6);
  });

  it('counts a family that shares one address together, each of whom is a member of their own', async () => {
    await on.people(3);
    await on.sql(
      `UPDATE customers SET email = CASE customer_id WHEN 'c3' THEN 'FAMILY@example.com' ELSE 'family@example.com' END`,
    );
    await onceOn(on, { key: 'service', class: 'service' });
    await runAsOf(on, morning);
    expect(on.sink.accepted).toHaveLength(3);
    await limits(on, { contacts: 2 });
    await onceOn(on, { key: 'offer', at: '09:15' });
    await runAsOf(on, morning);
    expect((await states()).filter((each) => each.startsWith('offer'))).toEqual([
      'offer sent',
      'offer sent',
      'offer suppressed frequency_cap',
    ]);
  });

  it('takes what one reader gets in one letter for one contact', async () => {
    await on.people(1);
    await on.sql(
      `INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date, premium_minor, currency,
                             payment_mode)
       SELECT 'q' || n, 'c1', 'motor', 'in_force', '2028-06-05', '2031-06-05', 100, 'EUR', 'annual' FROM generate_series(1, 3) n`,
    );
    await limits(on, { contacts: 1 });
    await on.campaign({
      key: 'digest',
      class: 'marketing',
      merge: { by: 'customer', template: 'policy-digest' },
    });
    await onceOn(on, { key: 'offer', priority: 0 });
    await runAsOf(on, morning);
    expect(await states()).toEqual([
      ...Array<string>(4).fill('digest sent'),
      'offer suppressed frequency_cap',
    ]);
    expect(on.sink.accepted).toHaveLength(1);
  });

  it('counts service messages where that is chosen, and never puts them off', async () => {
    await on.people(1);
    await limits(on, { contacts: 1, countService: true });
    await onceOn(on, { key: 'a-offer', priority: 90 });
    await onceOn(on, { key: 'b-service', class: 'service' });
    await onceOn(on, { key: 'c-service', class: 'service' });
    await runAsOf(on, morning);
    expect(await states()).toEqual(['a-offer suppressed frequency_cap', 'b-service sent', 'c-service sent']);
  });

  it('gives a place that was only reserved to the next one, when the first turns out not to go', async () => {
    await on.people(1);
    await limits(on, { contacts: 1 });
    await onceOn(on, { key: 'first', priority: 90 });
    await onceOn(on, { key: 'second', priority: 10 });
    await on.sql(`INSERT INTO consent_state VALUES ('c1', 'first', false, 'link', true, now())`);
    await runAsOf(on, morning);
    expect(await states()).toEqual(['first suppressed unsubscribed', 'second sent']);
  });

  it('counts once more before sending: a cap that was lowered after the release holds', async () => {
    await on.people(1);
    await limits(on, { contacts: 2 });
    await onceOn(on, { key: 'a', catchUpHours: 24 * 10 });
    await onceOn(on, { key: 'b', catchUpHours: 24 * 10 });
    await on.plan();
    expect(await releaseAsOf(on, morning)).toBe(2);
    await limits(on, { contacts: 1 });
    await runAsOf(on, morning);
    expect((await ledger()).filter(({ state }) => state === 'sent').length).toBeLessThanOrEqual(1);
    expect(on.sink.accepted.length).toBeLessThanOrEqual(1);
  });

  it('gives a new place where the address changes between release and sending', async () => {
    await on.people(2);
    await limits(on, { contacts: 1 });
    await onceOn(on, { key: 'offer' });
    await on.plan();
    expect(await releaseAsOf(on, morning)).toBe(2);
    await on.sql(`UPDATE customers SET email = 'family@example.com'`);
    await runAsOf(on, morning);
    expect((await states()).toSorted()).toEqual(['offer sent', 'offer suppressed frequency_cap']);
    expect(on.sink.accepted.map(({ to }) => to)).toEqual(['family@example.com']);
  });
});

/** What has happened to customer n, and why that stops a legal notice, a service and a marketing message. */
const troubles: [who: string, events: string[], ends: string[]][] = [
  ['to whom nothing happened', [], ['', '', '']],
  ['whose death was reported', ['death_reported'], ['deceased', 'deceased', 'deceased']],
  ['in litigation', ['litigation_opened'], ['', 'litigation', 'litigation']],
  ['flagged as vulnerable', ['vulnerability_flagged'], ['', '', 'vulnerable']],
  ['with an open complaint', ['complaint_opened'], ['', '', 'open_complaint']],
  ['whose lawsuit is over', ['litigation_opened', 'litigation_closed'], ['', '', '']],
  ['no longer vulnerable', ['vulnerability_flagged', 'vulnerability_cleared'], ['', '', '']],
  ['whom staff are dealing with', ['task'], ['', '', 'in_touch_with_staff']],
];

describe('who must be left in peace', () => {
  it('is, by class of contact', async () => {
    await on.people(troubles.length);
    for (const [index, [, events]] of troubles.entries()) {
      for (const [nth, type] of events.filter((each) => each !== 'task').entries()) {
        await on.sql(
          `INSERT INTO customer_events (event_id, type, customer_id, at) VALUES (gen_random_uuid(), $1, $2, $3)`,
          [type, `c${index + 1}`, `2031-05-0${nth + 1}T00:00:00Z`],
        );
      }
    }
    await on.sql(
      `INSERT INTO staff_tasks (delivery_id, anchor_date, customer_id, campaign_id, title, instructions, due_on, opened_at)
       VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), 'Call', 'Call her', $1, now())`,
      [day, `c${troubles.length}`],
    );
    const classes = ['legal', 'service', 'marketing'];
    for (const contactClass of classes) await onceOn(on, { key: contactClass, class: contactClass });
    await runAsOf(on, morning);
    const rows = await ledger();
    const endsOf = (customer: string) =>
      classes.map((key) => {
        const { state, reason } = rows.find((row) => row.key === key && row.customer_id === customer)!;
        return state === 'sent' ? '' : `${state} ${reason}`;
      });
    expect(troubles.map(([who], index) => [who, endsOf(`c${index + 1}`)])).toEqual(
      troubles.map(([who, , ends]) => [who, ends.map((reason) => reason && `suppressed ${reason}`)]),
    );
    await on.sql('TRUNCATE staff_tasks');
  });

  it('a customer unsubscribed from one topic still gets the others, and what the audience asks is another matter', async () => {
    await on.people(1);
    await on.sql(`INSERT INTO consent_state VALUES ('c1', 'news', false, 'link', true, now())`);
    const audience = { field: 'customer.id', op: 'eq', value: 'c1' };
    await onceOn(on, { key: 'news', audience });
    await onceOn(on, { key: 'offers', audience });
    await onceOn(on, { key: 'renewals', class: 'service', audience });
    await runAsOf(on, morning);
    expect(await states()).toEqual(['news suppressed unsubscribed', 'offers sent', 'renewals sent']);
  });
});

describe('a version that nobody approved', () => {
  it('never sends, whatever rows it has', async () => {
    await on.people(2);
    await onceOn(on, { key: 'offer' });
    await on.plan();
    await on.sql(
      `INSERT INTO campaign_versions (campaign_id, version, definition, content_hash, created_by, state)
       SELECT campaign_id, 7, definition, 'x', 'test', 'submitted' FROM campaign_versions`,
    );
    await on.sql(`UPDATE deliveries SET campaign_version = 7 WHERE customer_id = 'c1'`);
    expect(await runAsOf(on, morning)).toEqual({ going: 0, held: 1 });
    expect(on.sink.arrived.map(({ to }) => to)).toEqual(['c2@example.com']);
    expect(await states()).toEqual(['offer planned', 'offer sent']);
  });
});
