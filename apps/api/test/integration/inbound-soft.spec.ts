import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AddressHealthService } from '../../src/features/inbound/address-health.service.js';
import { SuppressionsService } from '../../src/features/inbound/suppressions.service.js';
import { dsn, inboundHarness, type InboundHarness } from './inbound-fixture.js';

const address = 'c1@example.com';
const full = { status: '5.2.2', diagnostic: '552 5.2.2 mailbox full' };
const stopped = [{ address, class: null, reason: 'soft_bounces' }];

describe('soft bounces in a row', () => {
  let on: InboundHarness;
  beforeAll(async () => {
    on = await inboundHarness();
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  /** So many letters to one address, sent a day after one another, the last of them just now. @returns their deliveries' ids. */
  async function letters(count: number, daysApart = 1): Promise<string[]> {
    await on.people(count);
    await on.sql(`UPDATE customers SET email = $1`, [address]);
    await on.campaign();
    await on.plan();
    await on.pretendSent();
    const rows = await on.rows();
    for (const [index, { delivery_id }] of rows.entries()) {
      // A second ago, not this very moment: a refusal is noted by the millisecond, and could come before it.
      await on.sql(
        `UPDATE deliveries SET sent_at = now() - $2 * interval '1 day' - interval '1 second' WHERE delivery_id = $1`,
        [delivery_id, (count - 1 - index) * daysApart],
      );
    }
    return rows.map(({ delivery_id }) => delivery_id);
  }
  const report = async (id: string, given: Parameters<typeof dsn>[0] = full) => {
    expect(await on.hand(dsn({ recipient: address, ...given }), on.returnPath(id))).toMatchObject({
      kind: 'accepted',
    });
  };
  const inRow = async () =>
    (await on.sql<{ n: number }>(`SELECT soft_in_row AS n FROM address_health`))[0]?.n ?? 0;

  it('are forgiven four times, and the fifth stops letters to the address', async () => {
    const ids = await letters(5);
    for (const id of ids.slice(0, 4)) await report(id);
    expect(await on.suppressions()).toEqual([]);
    await report(ids[4]!);
    expect(await on.suppressions()).toMatchObject(stopped);
    expect((await on.suppressions())[0]!.evidence).toBe(full.diagnostic);
  });

  it('are counted once for a message, however often it is told', async () => {
    const [id] = await letters(1);
    for (let time = 0; time < 6; time++) await report(id!);
    expect(await inRow()).toBe(1);
  });

  it('begin anew when one is delivered', async () => {
    const ids = await letters(6);
    for (const id of ids.slice(0, 4)) await report(id);
    await report(ids[4]!, { action: 'delivered', status: '2.0.0' });
    expect(await inRow()).toBe(0);
    await report(ids[5]!);
    expect(await inRow()).toBe(1);
    expect(await on.suppressions()).toEqual([]);
  });

  it('do not begin anew with the delivery of an older message', async () => {
    const ids = await letters(3);
    await report(ids[1]!);
    await report(ids[2]!);
    await report(ids[0]!, { action: 'delivered', status: '2.0.0' });
    expect(await inRow()).toBe(2);
  });

  it('are not forgiven because the mail server took the message: it takes all of them, and tells later', async () => {
    // The letter in between was accepted a day ago and nobody has reported on it yet.
    const ids = await letters(6);
    for (const [index, id] of ids.entries()) if (index !== 4) await report(id);
    expect(await on.suppressions()).toMatchObject(stopped);
  });

  it('are forgiven by a letter of which nothing has been heard for as long as servers keep trying', async () => {
    const ids = await letters(6, 7);
    for (const [index, id] of ids.entries()) if (index !== 4) await report(id);
    expect(await inRow()).toBe(1);
    expect(await on.suppressions()).toEqual([]);
  });

  it('are not forgiven by a letter that is reported as late', async () => {
    const ids = await letters(6, 7);
    for (const [index, id] of ids.entries()) {
      await report(id, index === 4 ? { action: 'delayed', status: '4.2.2' } : full);
    }
    expect(await on.suppressions()).toMatchObject(stopped);
  });

  it.each(['554 5.7.1 blocked using zen.spamhaus.org', '550 5.7.26 unauthenticated', '554 DT:SPM'])(
    'are not what is said of us: %s',
    async (diagnostic) => {
      for (const id of await letters(6)) await report(id, { status: '5.7.1', diagnostic });
      expect(await inRow()).toBe(0);
      expect(await on.suppressions()).toEqual([]);
    },
  );

  it('are counted together with what the mail server says itself, and broken by what it takes then', async () => {
    const health = on.app.get(AddressHealthService);
    const refuse = (deliveryId: string) => health.noteSoft([{ address, deliveryId, reply: '552 full' }]);
    const ids = await letters(6);
    for (const id of ids.slice(0, 4)) await refuse(id);
    expect(await inRow()).toBe(4);
    await on.sql(`UPDATE deliveries SET state = 'bounced' WHERE delivery_id <> $1`, [ids[4]]);
    await on.sql(`UPDATE deliveries SET sent_at = now() + interval '1 millisecond' WHERE delivery_id = $1`, [
      ids[4],
    ]);
    await on.sql(`SELECT pg_sleep(0.01)`);
    await refuse(ids[5]!);
    expect(await inRow()).toBe(1);
  });

  it('are counted when the mail server refuses at once', async () => {
    on.sink.script = (stage) => (stage === 'rcpt' ? '552 5.2.2 mailbox full' : null);
    await on.people(1);
    await on.sql(`UPDATE customers SET email = $1`, [address]);
    await on.campaign();
    await on.plan();
    await on.settle();
    expect(await on.rows()).toMatchObject([{ state: 'bounced', reason: 'mailbox_full' }]);
    // Counted beside the ledger, and so perhaps a moment after it.
    await expect.poll(inRow).toBe(1);
    expect(await on.sql(`SELECT said_by FROM address_health`)).toEqual([{ said_by: 'smtp' }]);
  });

  it('are counted for each letter, though the refusals of several are written at once', async () => {
    const ids = await letters(5);
    const refusals = ids.map((deliveryId) => ({ address, deliveryId, reply: '552 full' }));
    await on.app.get(AddressHealthService).noteSoft(refusals);
    expect(await inRow()).toBe(5);
    expect(await on.suppressions()).toMatchObject(stopped);
  });

  it('are counted once for a letter that carries several rows', async () => {
    const [leader, ...carried] = await letters(5);
    await on.sql(`UPDATE deliveries SET merged_into = $1 WHERE delivery_id = ANY ($2)`, [leader, carried]);
    const refusals = [...carried, leader!].map((deliveryId) => ({ address, deliveryId, reply: '552 full' }));
    await on.app.get(AddressHealthService).noteSoft(refusals);
    expect(await inRow()).toBe(1);
    // What comes back of it later is about the same message.
    await report(leader!);
    expect(await inRow()).toBe(1);
    await on.sql(`UPDATE deliveries SET smtp_reply = '452 4.2.2 mailbox full'`);
    const rows = await on.sql<{ deliveryId: string; anchorDate: string }>(
      `SELECT delivery_id AS "deliveryId", anchor_date AS "anchorDate" FROM deliveries`,
    );
    await on.app.get(AddressHealthService).noteGivenUp(rows);
    expect(await inRow()).toBe(1);
  });

  it.each([
    ['452 4.2.2 mailbox full', 1],
    ['450 4.7.1 blocked using zen.spamhaus.org', 0],
    ['Connection closed unexpectedly', 0],
  ])(
    'are counted when the mail server put a letter off until its time was over: %s',
    async (reply, counted) => {
      const [id] = await letters(1);
      await on.sql(`UPDATE deliveries SET state = 'failed', reason = 'temporary_failure', smtp_reply = $1`, [
        reply,
      ]);
      const { anchor_date: anchorDate } = (
        await on.sql<{ anchor_date: string }>(`SELECT anchor_date FROM deliveries`)
      )[0]!;
      await on.app.get(AddressHealthService).noteGivenUp([{ deliveryId: id!, anchorDate }]);
      expect(await inRow()).toBe(counted);
    },
  );

  it('are counted from nothing once somebody has let the address be written to again', async () => {
    const ids = await letters(6);
    for (const id of ids.slice(0, 5)) await report(id);
    const suppressions = on.app.get(SuppressionsService);
    const { items } = await suppressions.list({ limit: 25, lifted: 'false', address: address.toUpperCase() });
    await suppressions.lift(items[0]!.suppressionId, 'The customer has made room.', 'command line');
    expect(await on.suppressions()).toEqual([]);
    await report(ids[5]!);
    expect(await inRow()).toBe(1);
    expect(await on.suppressions()).toEqual([]);
    expect(await on.sql(`SELECT action, subject FROM audit_log ORDER BY entry_no DESC LIMIT 1`)).toEqual([
      { action: 'suppression.lifted', subject: `address ${address}` },
    ]);
  });
});
