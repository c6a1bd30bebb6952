import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  complaint,
  dsn,
  inboundHarness,
  letterOf,
  mail,
  mailbox,
  type InboundHarness,
} from './inbound-fixture.js';

const dead = { status: '5.1.1', diagnostic: '550 5.1.1 <c1@example.com>: no such user' };
const full = { status: '5.2.2', diagnostic: '552 5.2.2 mailbox full' };

describe('a message that comes back', () => {
  let on: InboundHarness;
  beforeAll(async () => {
    on = await inboundHarness();
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  /** A letter to c1 that the mail server took. @returns its delivery's id. */
  async function sent(change: Record<string, unknown> = {}): Promise<string> {
    await on.people(1);
    await on.campaign(change);
    await on.plan();
    return on.pretendSent();
  }
  const report = async (id: string, given: Parameters<typeof dsn>[0]) => {
    expect(await on.hand(dsn(given), on.returnPath(id))).toMatchObject({ kind: 'accepted' });
  };

  it('because nobody is there ends as bounced, is kept, and stops letters to that address', async () => {
    const id = await sent();
    await report(id, dead);
    expect(await on.row('c1')).toMatchObject({ state: 'bounced', reason: 'address_refused' });
    expect(await on.evidence()).toEqual([
      { kind: 'bounced', deliveryId: id, detail: 'address_dead', believed: true },
    ]);
    expect(await on.suppressions()).toEqual([
      { address: 'c1@example.com', class: null, reason: 'hard_bounce', evidence: dead.diagnostic },
    ]);
    expect(await on.reconcile()).toMatchObject({ balanced: true, states: { bounced: 1, sent: 0 } });
  });

  it('comes back to the return path that it was sent with', async () => {
    await on.people(1);
    await on.campaign();
    await on.plan();
    await on.settle();
    const [letter] = on.sink.accepted;
    expect(await on.hand(dsn(dead), letter!.from)).toMatchObject({ kind: 'accepted' });
    expect(await on.row('c1')).toMatchObject({ delivery_id: letter!.deliveryId, state: 'bounced' });
  });

  it('is known by its return path alone, without any header of ours and whatever address it names', async () => {
    const id = await sent();
    await report(id, { ...dead, recipient: 'forwarded@elsewhere.example' });
    expect(await on.suppressions()).toMatchObject([{ address: 'c1@example.com' }]);
  });

  it('is known by the letter that it brings back, where it went to a mailbox', async () => {
    const returned = letterOf(await sent());
    expect(await on.hand(dsn({ ...dead, returned }), mailbox)).toMatchObject({ kind: 'accepted' });
    expect((await on.row('c1')).state).toBe('bounced');
    await on.sql(`UPDATE deliveries SET state = 'sent'`);
    const withoutOurs = returned.replace(/^X-Aftercare-Delivery:.*\r\n/m, '');
    await on.hand(dsn({ ...dead, returned: withoutOurs }), mailbox);
    expect((await on.row('c1')).state).toBe('bounced');
  });

  it('is kept and does nothing when it names an address alone, which anybody could write', async () => {
    const id = await sent();
    await on.hand(dsn(dead), mailbox);
    expect(await on.evidence()).toEqual([
      { kind: 'bounced', deliveryId: id, detail: 'address_dead', believed: false },
    ]);
    expect((await on.row('c1')).state).toBe('sent');
    expect(await on.suppressions()).toEqual([]);
    await on.hand(dsn({ ...dead, recipient: 'nobody-we-know@example.com' }), mailbox);
    expect(await on.evidence()).toHaveLength(1);
  });

  it('is refused with a return path that we have not signed, and at any other address', async () => {
    const id = await sent();
    const forged = on.returnPath(id).replace(/\.[a-z2-7]{16}@/, `.${'a'.repeat(16)}@`);
    for (const to of [forged, 'bounces@mail.harbour.example', 'care@harbour.example']) {
      expect(await on.hand(dsn(dead), to)).toMatchObject({ kind: 'refused', code: 550, stage: 'rcpt' });
    }
    expect(await on.hand(dsn(dead), on.returnPath(id).toUpperCase())).toMatchObject({ kind: 'accepted' });
    expect(await on.evidence()).toHaveLength(1);
  });

  it('twice the same is once', async () => {
    const id = await sent();
    const raw = dsn(full);
    for (let time = 0; time < 3; time++) await on.hand(raw, on.returnPath(id));
    expect(await on.evidence()).toHaveLength(1);
    expect(await on.sql(`SELECT soft_in_row FROM address_health`)).toEqual([{ soft_in_row: 1 }]);
  });

  it('late is no bounce', async () => {
    const id = await sent();
    await report(id, { action: 'delayed', status: '4.4.1' });
    expect((await on.row('c1')).state).toBe('sent');
    expect(await on.evidence()).toMatchObject([{ kind: 'delayed', detail: 'temporary' }]);
    expect(await on.sql(`SELECT * FROM address_health`)).toEqual([]);
  });

  it.each([
    [{ status: '5.7.1', diagnostic: '554 5.7.1 blocked using zen.spamhaus.org' }, 'blocked'],
    [{ status: '5.6.0', diagnostic: '554 DT:SPM' }, 'message_refused'],
    [full, 'mailbox_full'],
    [{ status: '4.4.7', diagnostic: 'delivery time expired' }, 'undeliverable'],
  ])('with %o is bounced, %s, and its address stays', async (given, reason) => {
    const id = await sent();
    await report(id, given);
    expect(await on.row('c1')).toMatchObject({ state: 'bounced', reason });
    expect(await on.suppressions()).toEqual([]);
  });

  it('of a family’s one letter settles each row that it carries', async () => {
    await on.people(3);
    await on.sql(`UPDATE customers SET email = 'family@example.com'`);
    await on.campaign({ merge: { by: 'address', template: 'policy-digest' } });
    await on.plan();
    const leader = await on.pretendSent();
    await on.sql(`UPDATE deliveries SET merged_into = $1 WHERE delivery_id <> $1`, [leader]);
    await report(leader, dead);
    expect((await on.rows()).map(({ state }) => state)).toEqual(['bounced', 'bounced', 'bounced']);
    expect(await on.evidence()).toHaveLength(1);
    expect(await on.suppressions()).toHaveLength(1);
  });

  it('is not taken while the ledger cannot keep it, and comes again', async () => {
    const id = await sent();
    const raw = dsn(dead);
    await on.sql(`ALTER TABLE delivery_evidence RENAME TO put_aside`);
    expect(await on.hand(raw, on.returnPath(id))).toMatchObject({
      kind: 'refused',
      permanent: false,
      code: 451,
    });
    await on.sql(`ALTER TABLE put_aside RENAME TO delivery_evidence`);
    expect(await on.hand(raw, on.returnPath(id))).toMatchObject({ kind: 'accepted' });
    expect((await on.row('c1')).state).toBe('bounced');
  });

  it('is read at its beginning, however long it is', async () => {
    const id = await sent();
    const long = dsn(dead) + 'x'.repeat(70).concat('\r\n').repeat(60_000);
    expect(await on.hand(long, on.returnPath(id))).toMatchObject({ kind: 'accepted' });
    expect((await on.row('c1')).state).toBe('bounced');
  });

  describe('in doubt', () => {
    async function doubted(change: Record<string, unknown> = {}): Promise<string> {
      const id = await sent({ class: 'marketing', topic: 'offers', ...change });
      await on.sql(
        `UPDATE deliveries SET state = 'in_doubt', reason = 'no_reply', doubted_at = now(), sent_at = NULL`,
      );
      return id;
    }

    it('is settled by a bounce', async () => {
      await report(await doubted(), dead);
      expect(await on.row('c1')).toMatchObject({ state: 'bounced' });
    });

    it.each(['delivered', 'relayed'])('is settled as sent by a report that it was %s', async (action) => {
      await report(await doubted(), { action, status: '2.0.0' });
      expect(await on.row('c1')).toMatchObject({ state: 'sent', reason: null });
    });

    it('whether it went twice is not settled by a report of one', async () => {
      const id = await doubted();
      await on.sql(`UPDATE deliveries SET reason = 'resent'`);
      await report(id, { action: 'delivered', status: '2.0.0' });
      expect(await on.row('c1')).toMatchObject({ state: 'in_doubt', reason: 'resent' });
    });

    it('is not settled by a delay or by an answer', async () => {
      const id = await doubted();
      await report(id, { action: 'delayed', status: '4.4.1' });
      await on.hand(mail(['From: c1@example.com', 'Auto-Submitted: auto-replied']), on.returnPath(id));
      expect((await on.row('c1')).state).toBe('in_doubt');
    });
  });

  it('never changes what ended otherwise', async () => {
    const id = await sent();
    for (const state of ['suppressed', 'failed', 'expired', 'cancelled', 'held_out', 'planned']) {
      await on.sql(`UPDATE deliveries SET state = $1`, [state]);
      await report(id, dead);
      expect((await on.row('c1')).state).toBe(state);
    }
  });

  it('as a complaint stops marketing to the address and takes back the consent, and nothing of service', async () => {
    const id = await sent({ class: 'marketing', topic: 'offers' });
    await on.hand(complaint(letterOf(id)), mailbox);
    expect(await on.suppressions()).toMatchObject([
      { address: 'c1@example.com', class: 'marketing', reason: 'complaint' },
    ]);
    expect(
      await on.sql(`SELECT topic, granted, source, by_customer, delivery_id FROM consent_events ORDER BY 1`),
    ).toEqual([{ topic: '*', granted: false, source: 'complaint', by_customer: true, delivery_id: id }]);
    expect((await on.row('c1')).state).toBe('sent');
    await on.campaign({ key: 'service-again', topic: 'service-again' });
    await on.campaign({ key: 'more-marketing', class: 'marketing', topic: 'more' });
    await on.plan();
    await on.settle();
    const rows = (await on.rows()).map((row) => [row.class, row.state]);
    expect(rows).toContainEqual(['service', 'sent']);
    expect(rows).toContainEqual(['marketing', 'suppressed']);
    // A dead address is dead for service letters too, complaint or not.
    await report(id, dead);
    expect(await on.suppressions()).toMatchObject([
      { class: 'marketing' },
      { class: null, reason: 'hard_bounce' },
    ]);
  });

  it('as an answer of a person is kept, and that of a machine is no bounce', async () => {
    const id = await sent();
    const reply = `In-Reply-To: <${id}@harbour-mutual.example.com>`;
    await on.hand(mail(['From: c1@example.com', 'Subject: Re: Your renewal', reply]), mailbox);
    await on.hand(mail(['From: c1@example.com', 'Subject: Out of office', reply]), mailbox);
    await on.hand(mail(['From: c1@example.com', 'Subject: Automatic reply']), on.returnPath(id));
    await on.hand(mail(['From: shop@example.com', 'Subject: Buy this']), mailbox);
    expect(await on.evidence()).toMatchObject([
      { kind: 'reply', deliveryId: id },
      { kind: 'auto_reply', deliveryId: id },
      { kind: 'auto_reply', deliveryId: id },
    ]);
    expect((await on.row('c1')).state).toBe('sent');
    expect(await on.suppressions()).toEqual([]);
  });

  it('leaves evidence that nobody can change', async () => {
    const id = await sent();
    await report(id, full);
    await expect(on.sql(`UPDATE delivery_evidence SET kind = 'delivered'`)).rejects.toThrow('append-only');
    await expect(on.sql(`DELETE FROM delivery_evidence`)).rejects.toThrow('append-only');
  });
});
