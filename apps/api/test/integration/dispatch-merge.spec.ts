import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MessagesService } from '../../src/features/deliveries/messages.service.js';
import { expectLedgerAndSinkToAgree } from '../faults/deliver-laws.js';
import { harness, type Harness, type LedgerRow } from './deliver-fixture.js';

const byCustomer = { merge: { by: 'customer', template: 'policy-digest' } };
const byAddress = { merge: { by: 'address', template: 'policy-digest' } };

/** What one reader is due of one step on one day may go as one letter, which settles every row it carries. */
describe('letters that carry several rows', () => {
  let on: Harness;
  beforeAll(async () => {
    on = await harness();
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  /** Gives a customer further policies that renew on the same day. */
  const policies = (customerId: string, ...ids: string[]) =>
    on.sql(
      `INSERT INTO policies (policy_id, customer_id, line, product, status, start_date, renewal_date, premium_minor, currency)
       SELECT id, $1, 'motor', 'Product ' || id, 'in_force', '2028-06-05', '2031-06-05', 21000, 'EUR' FROM unnest($2::text[]) id`,
      [customerId, ids],
    );
  const send = async (campaign: Record<string, unknown>): Promise<LedgerRow[]> => {
    await on.campaign(campaign);
    await on.plan();
    await on.settle();
    return on.rows();
  };
  const words = async (row: LedgerRow) => (await on.app.get(MessagesService).get(row.delivery_id)).text!;
  const distinct = (values: unknown[]) => new Set(values).size;

  it('are not what happens unless the campaign says so', async () => {
    await on.people(1);
    await policies('c1', 'a', 'b');
    const rows = await send({});
    expect(rows.map(({ state, merged_into: into }) => [state, into])).toEqual(Array(3).fill(['sent', null]));
    expect(on.sink.accepted).toHaveLength(3);
  });

  it('several policies of one customer on a day: one mail, and every row is sent under its id', async () => {
    await on.people(2);
    await policies('c1', 'a', 'b');
    const rows = await send(byCustomer);
    expect(on.sink.accepted.map(({ to }) => to).sort()).toEqual(['c1@example.com', 'c2@example.com']);
    const ofFirst = rows.filter(({ customer_id: id }) => id === 'c1');
    expect(ofFirst.map(({ state, reason }) => [state, reason])).toEqual(Array(3).fill(['sent', null]));
    expect(distinct(ofFirst.map(({ message_id: id }) => id))).toBe(1);
    const leader = ofFirst.find(({ merged_into: into }) => into === null)!;
    const others = ofFirst.filter((row) => row !== leader);
    expect(others.map(({ merged_into: into }) => into)).toEqual(Array(2).fill(leader.delivery_id));
    const mail = on.sink.accepted.find(({ to }) => to === 'c1@example.com')!;
    expect(mail.deliveryIds[0]).toBe(leader.delivery_id);
    expect(mail.deliveryIds.toSorted()).toEqual(ofFirst.map(({ delivery_id: id }) => id).toSorted());
    expect(mail.messageId).toContain(leader.delivery_id);
    for (const row of ofFirst) expect(await words(row)).toMatch(/Product a[^]*Product b/);
    // One that is left alone is a letter like any other.
    const alone = rows.find(({ customer_id: id }) => id === 'c2')!;
    expect(alone).toMatchObject({ state: 'sent', merged_into: null });
    expect(await words(alone)).toContain('Ann');
    await expectLedgerAndSinkToAgree(on, 0);
  });

  it('a family of three with two policies at one address: one mail that names each', async () => {
    await on.people(3);
    await on.sql(`UPDATE customers SET email = 'Home@example.com' WHERE customer_id <> 'c1'`);
    await on.sql(`UPDATE customers SET email = 'home@example.com' WHERE customer_id = 'c1'`);
    await on.sql(`UPDATE policies SET status = 'lapsed' WHERE policy_id = 'p3'`);
    const rows = await send(byAddress);
    expect(rows.map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect(distinct(rows.map(({ message_id: id }) => id))).toBe(1);
    expect(on.sink.accepted).toHaveLength(1);
    for (const row of rows) expect(await words(row)).toMatch(/Ann Reader 1[^]*Ann Reader 2/);
    expect(on.sink.accepted[0]!.raw).toMatch(/^To: "Ann Reader 1, Ann Reader 2" </im);
    await expectLedgerAndSinkToAgree(on, 0);
  });

  it('carry nobody who may not be written to: each row is asked for by itself', async () => {
    await on.people(3);
    await on.sql(`UPDATE customers SET email = 'home@example.com'`);
    await policies('c2', 'a', 'gone');
    await on.sql(`UPDATE policies SET do_not_renew = true WHERE policy_id = 'gone'`);
    await on.sql(
      `INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
       VALUES ('c1', 'renewals', false, 'test', true, '2031-01-01Z')`,
    );
    const rows = await send(byAddress);
    const ends = rows.map((row) => [row.customer_id, row.policy_id, row.state, row.reason]);
    expect(ends.toSorted()).toEqual([
      ['c1', 'p1', 'suppressed', 'unsubscribed'],
      ['c2', 'a', 'sent', null],
      ['c2', 'gone', 'suppressed', 'do_not_renew'],
      ['c2', 'p2', 'sent', null],
      ['c3', 'p3', 'sent', null],
    ]);
    const [mail, ...more] = on.sink.accepted;
    expect(more).toEqual([]);
    expect(mail!.deliveryIds).toHaveLength(3);
    const sent = rows.find(({ state }) => state === 'sent')!;
    expect(await words(sent)).not.toContain('Ann Reader 1');
    expect(await on.reconcile()).toMatchObject({
      planned: 5,
      states: { sent: 3, suppressed: 2 },
      balanced: true,
    });
  });

  it('are put off as a whole, and go as a whole', async () => {
    await on.people(1);
    await policies('c1', 'a', 'b');
    let tries = 0;
    on.sink.script = (stage) => (stage === 'rcpt' && (tries += 1) === 1 ? '451 4.3.0 later' : null);
    const rows = await send(byCustomer);
    expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual(Array(3).fill(['sent', 1]));
    expect(on.sink.accepted).toHaveLength(1);
    expect(on.sink.accepted[0]!.deliveryIds).toHaveLength(3);
    await expectLedgerAndSinkToAgree(on, 0);
  });

  it('are not handed over when one of their rows has got away: the others go again', async () => {
    await on.people(1);
    await policies('c1', 'a', 'b');
    await on.sql(`CREATE SEQUENCE marks_of_a`);
    await on.sql(
      `CREATE FUNCTION takes_a_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF NEW.state = 'sending' AND NEW.policy_id = 'a' AND nextval('marks_of_a') = 1 THEN RETURN NULL; END IF;
         RETURN NEW;
       END $$`,
    );
    await on.sql(
      `CREATE TRIGGER takes_a_away BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION takes_a_away()`,
    );
    const rows = await send(byCustomer);
    await on.sql(`DROP TRIGGER takes_a_away ON deliveries`);
    expect(rows.map(({ state }) => state)).toEqual(Array(3).fill('sent'));
    expect(on.sink.arrived.flatMap(({ deliveryIds }) => deliveryIds).toSorted()).toEqual(
      rows.map(({ delivery_id: id }) => id).toSorted(),
    );
    await expectLedgerAndSinkToAgree(on, 0);
  });

  it('in doubt: of service the same letter goes once more under its id, of marketing none', async () => {
    await on.people(1);
    await policies('c1', 'a', 'b');
    let drops = 1;
    on.sink.script = (stage) => (stage === 'message' && drops-- > 0 ? 'drop' : null);
    const service = await send(byCustomer);
    expect(service.map(({ state, reason }) => [state, reason])).toEqual(
      Array(3).fill(['in_doubt', 'resent']),
    );
    expect(on.sink.arrived.map(({ deliveryIds }) => deliveryIds)).toHaveLength(2);
    expect(distinct(on.sink.arrived.map(({ messageId }) => messageId))).toBe(1);
    expect(distinct(on.sink.arrived.map(({ deliveryIds }) => deliveryIds.join()))).toBe(1);

    await on.reset();
    await on.people(1);
    await policies('c1', 'a', 'b');
    drops = 1;
    on.sink.script = (stage) => (stage === 'message' && drops-- > 0 ? 'drop' : null);
    const marketing = await send({ class: 'marketing', ...byCustomer });
    expect(marketing.map(({ state, reason }) => [state, reason])).toEqual(
      Array(3).fill(['in_doubt', 'no_reply']),
    );
    expect(on.sink.arrived).toHaveLength(1);
    await expectLedgerAndSinkToAgree(on, 1);
  });
});
