import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InboundListener } from '../../src/features/inbound/inbound-listener.js';
import { testApp } from '../support/app.js';
import { testDatabase } from '../support/database.js';
import { until } from './deliver-fixture.js';
import { dsn, inboundHarness, mailbox, type InboundHarness } from './inbound-fixture.js';

const dead = { status: '5.1.1', diagnostic: '550 5.1.1 no such user' };

describe('the listener', () => {
  let on: InboundHarness;
  beforeAll(async () => {
    on = await inboundHarness();
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  /** Says these lines to the listener, one after each answer. @returns the last answer */
  async function say(...lines: string[]): Promise<string> {
    const socket = connect(on.app.get(InboundListener).port!, '127.0.0.1');
    let answer = await heard(socket);
    for (const line of lines) {
      socket.write(`${line}\r\n`);
      answer = await heard(socket);
    }
    socket.destroy();
    return answer;
  }
  const heard = (socket: Socket) =>
    new Promise<string>((resolve, reject) => {
      let text = '';
      const onData = (chunk: Buffer) => {
        text += chunk.toString();
        if (!/^\d{3} .*\r\n$/m.test(text)) return;
        socket.off('data', onData).off('error', reject);
        resolve(text.trim().split('\r\n').at(-1)!);
      };
      socket.on('data', onData);
      socket.once('error', reject);
    });

  it('does not run where no port is set, nor for a command', async () => {
    const database = await testDatabase();
    const inboundSmtp = { port: 0, host: '127.0.0.1', mailboxes: [] };
    const without = await testApp({ database });
    const command = await testApp({ database, config: { inboundSmtp, roles: new Set() } });
    expect(without.get(InboundListener).port).toBeNull();
    expect(command.get(InboundListener).port).toBeNull();
    await Promise.all([without.close(), command.close()]);
    await database.close();
  });

  it('takes no sign-in, no unknown address and no endless list of them', async () => {
    expect(await say('EHLO x', 'AUTH PLAIN AGEAYg==')).toMatch(/^5\d\d/);
    expect(await say('EHLO x', 'MAIL FROM:<>', 'RCPT TO:<someone@elsewhere.example>')).toMatch(/^550/);
    const many = Array.from(
      { length: 21 },
      (_, n) => `RCPT TO:<${on.returnPath(`019aac1c-5f3e-7b7a-9d1c-0000000000${10 + n}`)}>`,
    );
    expect(await say('EHLO x', 'MAIL FROM:<>', ...many.slice(0, 20))).toMatch(/^250/);
    expect(await say('EHLO x', 'MAIL FROM:<>', ...many)).toMatch(/^452/);
  });

  it('refuses mail that is too large, by what it says and by what it is', async () => {
    expect(await say('EHLO x', `MAIL FROM:<> SIZE=${30 << 20}`)).toMatch(/^552/);
    const huge = `${dsn(dead)}${'x'.repeat(998).concat('\r\n').repeat(22_000)}.`;
    expect(await say('EHLO x', 'MAIL FROM:<>', `RCPT TO:<${mailbox}>`, 'DATA', huge)).toMatch(/^552/);
    expect(await on.evidence()).toEqual([]);
  });

  it('keeps nothing of a mail whose sender went away in the middle', async () => {
    await on.people(1);
    await on.campaign();
    await on.plan();
    const to = on.returnPath(await on.pretendSent());
    const half = dsn(dead).split('\r\n').slice(0, -6).join('\r\n');
    const socket = connect(on.app.get(InboundListener).port!, '127.0.0.1');
    await heard(socket);
    for (const line of ['EHLO x', 'MAIL FROM:<>', `RCPT TO:<${to}>`, 'DATA']) {
      socket.write(`${line}\r\n`);
      await heard(socket);
    }
    socket.write(`${half}\r\n`);
    socket.destroy();
    expect(await on.hand(dsn(dead), to)).toMatchObject({ kind: 'accepted' });
    expect(await on.evidence()).toHaveLength(1);
  });

  it('settles a letter whose report is faster than the word of the mail server', async () => {
    on.sink.script = (stage) => (stage === 'message' ? { waitMs: 1_500 } : null);
    await on.people(1);
    await on.campaign();
    await on.plan();
    const settling = on.settle();
    await until('the letter is on the wire', () => on.sink.arrived.length > 0);
    expect((await on.row('c1')).state).toBe('sending');
    await on.hand(dsn(dead), on.sink.arrived[0]!.from);
    expect((await on.row('c1')).state).toBe('bounced');
    await settling;
    expect(await on.row('c1')).toMatchObject({ state: 'bounced', reason: 'address_refused' });
    expect(await on.reconcile()).toMatchObject({ balanced: true, open: 0 });
  });

  it('does not lose a report, whoever else writes the same rows', async () => {
    await on.people(40);
    await on.campaign();
    await on.plan();
    await on.pretendSent();
    const rows = await on.rows();
    const answers = await Promise.all(
      rows.flatMap((row) => [
        on.hand(dsn({ ...dead, recipient: row.recipient! }), on.returnPath(row.delivery_id)),
        on.hand(dsn({ action: 'delayed', status: '4.4.1' }), on.returnPath(row.delivery_id)),
      ]),
    );
    expect(answers.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect((await on.rows()).map(({ state }) => state)).toEqual(Array(40).fill('bounced'));
    expect(await on.suppressions()).toHaveLength(40);
    expect(await on.evidence()).toHaveLength(80);
  });
});
