import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Temporal } from 'temporal-polyfill';
import { DeliveriesService } from '../../src/features/deliveries/deliveries.service.js';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { harness, until, type Harness } from '../integration/deliver-fixture.js';
import { startSink, type SinkAction, type SinkStage } from '../integration/deliver-sink.js';

/** A script that does this to one address at one stage, the first `times` times. */
function once(to: string, stage: SinkStage, action: SinkAction, times = 1) {
  let left = times;
  return (at: SinkStage, whom: string | null): SinkAction | null =>
    at === stage && whom === to && left-- > 0 ? action : null;
}

const first = 'c1@example.com';

describe('a mail server that', () => {
  let on: Harness;
  beforeAll(async () => {
    on = await harness();
  });
  beforeEach(async () => {
    await on.reset();
    await on.people(3);
  });
  afterAll(() => on.close());

  /** Plans, sends, and checks that everybody but the first customer got the message in any case. */
  const send = async (change: Record<string, unknown> = {}) => {
    await on.campaign(change);
    await on.plan();
    expect(await on.settle()).toEqual({ going: 0, held: 0 });
    expect(await on.row('c2')).toMatchObject({ state: 'sent' });
    expect(await on.row('c3')).toMatchObject({ state: 'sent' });
    expect(await on.reconcile()).toMatchObject({ planned: 3, open: 0, balanced: true });
    return on.row('c1');
  };
  const takenBy = (to: string) => on.sink.accepted.filter((message) => message.to === to);

  it('has no such mailbox: bounced, and the address is not written to again', async () => {
    on.sink.script = once(first, 'rcpt', '550 5.1.1 no such user', 9);
    expect(await send()).toMatchObject({
      state: 'bounced',
      reason: 'address_refused',
      smtp_reply: '550 5.1.1 no such user',
    });
    expect(await on.sql(`SELECT address, reason, evidence FROM suppressions`)).toEqual([
      { address: first, reason: 'hard_bounce', evidence: '550 5.1.1 no such user' },
    ]);
  });

  it('refuses a recipient by policy: bounced, and the address is not held dead', async () => {
    on.sink.script = once(first, 'rcpt', '550 5.7.1 not from you', 9);
    expect(await send()).toMatchObject({ state: 'bounced', reason: 'blocked' });
    expect(await on.sql(`SELECT FROM suppressions`)).toHaveLength(0);
  });

  it('refuses the DATA command: bounced', async () => {
    on.sink.script = once(first, 'data', '554 5.5.1 no', 9);
    expect(await send()).toMatchObject({ state: 'bounced', reason: 'message_refused' });
  });

  it('refuses the message: bounced', async () => {
    on.sink.script = once(first, 'message', '554 5.6.0 spam', 9);
    expect(await send()).toMatchObject({
      state: 'bounced',
      reason: 'message_refused',
      smtp_reply: '554 5.6.0 spam',
    });
  });

  it('refuses our sender: failed, for nothing is wrong with the customer', async () => {
    on.sink.script = (stage) => (stage === 'mail' ? '550 5.1.8 who are you' : null);
    await on.campaign();
    await on.plan();
    await on.settle();
    expect((await on.rows()).map(({ state, reason }) => [state, reason])).toEqual(
      Array(3).fill(['failed', 'sender_refused']),
    );
  });

  it('asks for a password first: nothing is lost, and the desk says why', async () => {
    let asks = true;
    on.sink.script = (stage) => (asks && stage === 'mail' ? '530 5.7.0 Authentication required' : null);
    await on.campaign();
    await on.plan();
    const settled = on.settle();
    const words = async () =>
      (await on.sql<{ detail: string }>(`SELECT detail FROM mail_trouble`))[0]?.detail;
    await until('the desk says why', async () => (await words())?.includes('530 5.7.0') ?? false);
    asks = false;
    await settled;
    expect((await on.rows()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
  });

  it.each(['mail', 'rcpt', 'data', 'message'] as const)(
    'says 4xx at %s: tried again, and sent once',
    async (stage) => {
      const whom = stage === 'mail' ? null : first;
      let left = 1;
      on.sink.script = (at, to) =>
        at === stage && (whom === null || to === whom) && left-- > 0 ? '451 4.3.0 later' : null;
      await send();
      expect(on.sink.accepted.map(({ to }) => to).sort()).toEqual([
        first,
        'c2@example.com',
        'c3@example.com',
      ]);
      expect((await on.rows()).reduce((sum, { attempts }) => sum + attempts, 0)).toBe(1);
    },
  );

  it('says 4xx for ever: stays open with its reason, and has failed when its time is over', async () => {
    on.sink.script = once(first, 'rcpt', '452 4.2.2 mailbox full', Infinity);
    await on.campaign();
    await on.plan();
    await on.settle(1_000);
    await until('all others have theirs', () => on.sink.accepted.length === 2);
    await until('a refusal is noted', async () => {
      const { state, reason, attempts } = await on.row('c1');
      return attempts > 0 && state === 'planned' && reason === 'temporary_failure';
    });
    expect((await on.settle(500)).going).toBe(1);
    await until('the row is back', async () => (await on.row('c1')).chunk_id === null);
    await on.app.get(DispatchService).tidy(Temporal.Instant.from('2031-05-09T00:00:00Z'));
    expect(await on.row('c1')).toMatchObject({
      state: 'failed',
      reason: 'temporary_failure',
      smtp_reply: '452 4.2.2 mailbox full',
    });
    expect(await on.reconcile()).toMatchObject({ open: 0, balanced: true });
  });

  it('drops the connection before the final dot: tried again, and sent once', async () => {
    on.sink.script = once(first, 'data', 'drop');
    expect(await send()).toMatchObject({ state: 'sent' });
    expect(takenBy(first)).toHaveLength(1);
  });

  it('drops the connection after the final dot: marketing stays in doubt and is not sent again', async () => {
    on.sink.script = once(first, 'message', 'drop', 9);
    expect(await send({ class: 'marketing' })).toMatchObject({
      state: 'in_doubt',
      reason: 'no_reply',
      sent_at: null,
    });
    expect(on.sink.arrived.filter(({ to }) => to === first)).toHaveLength(1);
  });

  it('drops the connection after the final dot: a service message goes once more, under the same id, and says so', async () => {
    on.sink.script = once(first, 'message', 'drop', 1);
    const row = await send();
    expect(row).toMatchObject({ state: 'in_doubt', reason: 'resent' });
    expect(row.sent_at).not.toBeNull();
    const arrived = on.sink.arrived.filter(({ to }) => to === first);
    expect(arrived.map(({ messageId }) => messageId)).toEqual([row.message_id, row.message_id]);
  });

  it('drops a service message twice after the final dot: it goes no third time', async () => {
    on.sink.script = once(first, 'message', 'drop', 9);
    expect(await send()).toMatchObject({ state: 'in_doubt', reason: 'no_reply' });
    expect(on.sink.arrived.filter(({ to }) => to === first)).toHaveLength(2);
  });

  it('answers slowly: sent, and never more rows under way than connections', async () => {
    on.sink.script = (stage) => (stage === 'message' ? { waitMs: 150 } : null);
    await on.sql(`TRUNCATE customers CASCADE`);
    await on.people(24);
    // Two campaigns are two chunks, which a worker has in hand at once.
    await on.campaign();
    await on.campaign({ key: 'offer', class: 'marketing' });
    await on.plan();
    let most = 0;
    let over = false;
    const watching = (async () => {
      while (!over) {
        const [{ count }] = (await on.sql(
          `SELECT count(*)::int FROM deliveries WHERE state = 'sending'`,
        )) as [{ count: number }];
        most = Math.max(most, count);
      }
    })();
    await on.settle();
    over = true;
    await watching;
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(4);
    expect(on.sink.accepted).toHaveLength(48);
  });

  it('is not there: nothing is lost or counted as tried, the desk says why, and all goes when it is back', async () => {
    await on.sink.down();
    await on.campaign();
    await on.plan();
    const settling = on.settle();
    const status = () => on.app.get(DeliveriesService).sendingStatus();
    await until('the trouble is known', async () => (await status()).reason === 'mail_server_down');
    expect((await status()).detail).toContain('ECONNREFUSED');
    expect(await on.reconcile()).toMatchObject({ open: 3, balanced: true });
    await on.sink.up();
    expect(await settling).toEqual({ going: 0, held: 0 });
    expect((await on.rows()).map(({ state, attempts }) => [state, attempts])).toEqual(
      Array(3).fill(['sent', 0]),
    );
    expect(on.sink.accepted).toHaveLength(3);
    await until('the trouble is over', async () => (await status()).reason === null);
  });

  it('turns us away with 421: the chunk waits, and no attempt is counted', async () => {
    let left = 3;
    on.sink.script = (stage) => (stage === 'connect' && left-- > 0 ? '421 4.3.2 too busy' : null);
    await on.campaign();
    await on.plan();
    expect(await on.settle()).toEqual({ going: 0, held: 0 });
    expect((await on.rows()).map(({ state, attempts }) => [state, attempts])).toEqual(
      Array(3).fill(['sent', 0]),
    );
    expect(on.sink.accepted).toHaveLength(3);
  });

  it('takes messages and cuts every connection: most rows are spared, and the desk says why', async () => {
    await on.sql(`TRUNCATE customers CASCADE`);
    await on.people(60);
    on.sink.script = (stage) => (stage === 'message' ? 'drop' : null);
    await on.campaign({ class: 'marketing' });
    await on.plan();
    const settling = on.settle();
    const status = () => on.app.get(DeliveriesService).sendingStatus();
    await until('the trouble is known', async () => (await status()).reason === 'mail_server_down');
    on.sink.script = () => null;
    await settling;
    const states = (await on.rows()).map(({ state }) => state);
    expect(states.filter((state) => state === 'in_doubt').length).toBeLessThan(30);
    expect(new Set(states)).toEqual(new Set(['sent', 'in_doubt']));
    expect(on.sink.arrived).toHaveLength(60);
  });

  it('is asked nothing for addresses that are none', async () => {
    const bad = [
      'not an address',
      'a@b',
      '@example.com',
      'two@example.com,three@example.com',
      'a@example.com\r\nBcc: x@y.z',
    ];
    await on.sql(`TRUNCATE customers CASCADE`);
    await on.people(bad.length + 1);
    for (const [index, address] of bad.entries()) {
      await on.sql(`UPDATE customers SET email = $1 WHERE customer_id = $2`, [address, `c${index + 1}`]);
    }
    await on.campaign();
    await on.plan();
    await on.settle();
    const rows = await on.rows();
    expect(rows.slice(0, bad.length).map(({ state, reason }) => [state, reason])).toEqual(
      bad.map(() => ['suppressed', 'bad_address']),
    );
    expect(on.sink.arrived.map(({ to }) => to)).toEqual([`c${bad.length + 1}@example.com`]);
  });

  it('gets no header out of a name', async () => {
    await on.sql(`UPDATE customers SET given_name = $1 WHERE customer_id = 'c1'`, [
      'Eve\r\nBcc: victim@example.com\r\n\r\n<script>',
    ]);
    expect(await send()).toMatchObject({ state: 'sent' });
    const [message] = takenBy(first);
    const head = message!.raw.slice(0, message!.raw.indexOf('\r\n\r\n'));
    expect(head).not.toMatch(/^Bcc:/im);
    expect(on.sink.arrived.some(({ to }) => to === 'victim@example.com')).toBe(false);
  });
});

describe('a mail server that never answers', () => {
  let on: Harness;
  beforeAll(async () => {
    on = await harness({ timeouts: { silence: 300 } });
  });
  beforeEach(async () => {
    await on.reset();
    await on.people(1);
  });
  afterAll(() => on.close());

  it('to a recipient: the message is surely not there, so it is tried again', async () => {
    on.sink.script = once(first, 'rcpt', 'hang');
    await on.campaign();
    await on.plan();
    expect(await on.settle()).toEqual({ going: 0, held: 0 });
    expect(await on.row('c1')).toMatchObject({ state: 'sent' });
    expect(on.sink.accepted).toHaveLength(1);
  });

  it('to a whole message: marketing stays in doubt', async () => {
    on.sink.script = once(first, 'message', 'hang', 9);
    await on.campaign({ class: 'marketing' });
    await on.plan();
    expect(await on.settle()).toEqual({ going: 0, held: 0 });
    expect(await on.row('c1')).toMatchObject({ state: 'in_doubt', reason: 'no_reply' });
    expect(on.sink.arrived).toHaveLength(1);
  });
});

it('a mail server that takes only small messages is not held to be broken for large ones', async () => {
  const sink = await startSink(['SIZE 2000']);
  const on = await harness({ sink, config: { mailConnections: 1 } });
  await on.people(4);
  await on.campaign();
  await on.plan();
  await on.settle();
  expect((await on.rows()).map(({ state, reason }) => [state, reason])).toEqual(
    Array(4).fill(['failed', 'too_large']),
  );
  expect(await on.sql(`SELECT FROM mail_trouble`)).toEqual([]);
  await on.close();
  await sink.close();
});
