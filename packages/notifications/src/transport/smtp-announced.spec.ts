import { expect, it } from 'vitest';
import { pipelining, pool, scripted, server, verb } from '../../test/support/smtp.js';
import type { OutgoingMessage } from './transport.types.js';

function letter(number: number): OutgoingMessage {
  return {
    envelope: { from: `bounces+${number}@insurer.example`, to: `c${number}@customer.test` },
    raw: Buffer.from(`Subject: ${number}\r\n\r\nbody ${number}\r\n`),
  };
}
const [first, second, third] = [letter(1), letter(2), letter(3)];
const taken = { kind: 'accepted', reply: '250 taken' };

/** Answers the end of the first message only when the envelope of another has come behind it. */
function together(behind = '250 ok\r\n250 ok\r\n354 go on\r\n') {
  let ends = 0;
  return (word: string) => {
    if (word === '.') return ends++ === 0 ? '' : undefined;
    if (ends !== 1 || !['MAIL', 'RCPT', 'DATA'].includes(word)) return undefined;
    if (word === 'DATA') ends += 1;
    return word === 'DATA' ? `250 taken\r\n${behind}` : '';
  };
}

it('the envelope of the next message goes with the end of this one, and its body only once it is sent', async () => {
  const smtp = await pipelining(together());
  const sender = pool(smtp.url);
  expect(await sender.send(first, () => second)).toEqual(taken);
  expect(smtp.said.slice(smtp.said.indexOf('.'))).toEqual([
    '.',
    `MAIL FROM:<bounces+2@insurer.example> SIZE=${second.raw.length}`,
    'RCPT TO:<c2@customer.test>',
    'DATA',
  ]);
  expect(await sender.send(second, () => null)).toEqual(taken);
  expect(smtp.said.slice(-4)).toEqual(['Subject: 2', '', 'body 2', '.']);
  expect(await sender.send(third)).toEqual(taken);
  expect(smtp.connections()).toBe(1);
});

it.each([
  ['by a server that then does not ask for it', '250 ok\r\n550 5.1.1 nobody here\r\n503 no recipient\r\n'],
  ['by a server that asks for it all the same', '250 ok\r\n550 5.1.1 nobody here\r\n354 go on\r\n'],
])('a recipient that is refused when announced, %s, is refused when sent', async (_, behind) => {
  const smtp = await pipelining(together(behind));
  const sender = pool(smtp.url);
  expect(await sender.send(first, () => second)).toEqual(taken);
  expect(await sender.send(second)).toMatchObject({ kind: 'refused', stage: 'rcpt', status: '5.1.1' });
  expect(smtp.said).not.toContain('body 2');
  expect(await sender.send(third)).toEqual(taken);
  expect(smtp.connections()).toBe(1);
});

it('a message that is refused whole does not take the announced one with it', async () => {
  let ends = 0;
  const smtp = await pipelining((word) => (word === '.' && ends++ === 0 ? '554 5.6.0 spam\r\n' : undefined));
  const sender = pool(smtp.url);
  expect(await sender.send(first, () => second)).toMatchObject({ kind: 'refused', stage: 'message' });
  expect(await sender.send(second)).toEqual(taken);
  expect(smtp.said).not.toContain('RSET');
  expect(smtp.connections()).toBe(1);
});

it.each(['connection', 'farewell'])(
  'an announced message goes over a new connection after a %s is lost',
  async (what) => {
    let ends = 0;
    const smtp = await pipelining((word, socket) => {
      if (word === '.') ends += 1;
      if (ends !== 1 || word !== 'DATA' || smtp.connections() > 1) return undefined;
      if (what === 'connection') setTimeout(() => socket.destroy(), 10);
      return what === 'connection' ? undefined : '421 4.3.2 closing\r\n';
    });
    const sender = pool(smtp.url);
    expect(await sender.send(first, () => second)).toEqual(taken);
    await expect.poll(smtp.open).toBe(0);
    expect(await sender.send(second)).toEqual(taken);
    expect(smtp.said.filter((line) => line === 'body 2')).toHaveLength(1);
    expect(smtp.connections()).toBe(2);
  },
);

it('when no answer comes to a message, it alone is in doubt: nothing was said of the announced one but its envelope', async () => {
  let ends = 0;
  const smtp = await pipelining((word, socket) => {
    if (word === '.') return ends++ === 0 ? '' : undefined;
    if (ends !== 1 || !['MAIL', 'RCPT', 'DATA'].includes(word)) return undefined;
    if (word === 'DATA') {
      ends += 1;
      socket.destroy();
    }
    return '';
  });
  const sender = pool(smtp.url);
  expect(await sender.send(first, () => second)).toMatchObject({
    kind: 'in_doubt',
    reason: 'connection_lost',
  });
  expect(smtp.said).not.toContain('body 2');
  expect(await sender.send(second)).toEqual(taken);
});

it('withdrawn, it closes its connection, which others wait for until then', async () => {
  const smtp = await pipelining(together());
  const sender = pool(smtp.url);
  expect(await sender.send(first, () => second)).toEqual(taken);
  const other = sender.send(third);
  expect(await Promise.race([other, Promise.resolve('waits')])).toBe('waits');
  sender.withdraw(second);
  sender.withdraw(third);
  expect(await other).toEqual(taken);
  expect(smtp.said).not.toContain('body 2');
  expect(smtp.connections()).toBe(2);
});

it('is not announced to a server that may not be told, or would not take it', async () => {
  const plain = await pipelining(() => undefined, []);
  const small = await pipelining(() => undefined, ['PIPELINING', 'SIZE 100']);
  const large = { ...second, raw: Buffer.from(`Subject: 2\r\n\r\n${'x'.repeat(200)}\r\n`) };
  for (const [smtp, next] of [
    [plain, second],
    [small, large],
  ] as const) {
    expect(await pool(smtp.url).send(first, () => next)).toEqual(taken);
    expect(smtp.said.at(-1)).toBe('.');
  }
});

it('closing the pool closes the connection of an announced message', async () => {
  const smtp = await pipelining(together());
  const sender = pool(smtp.url);
  await sender.send(first, () => second);
  await sender.close();
  await expect.poll(smtp.open).toBe(0);
  expect(await sender.send(second)).toMatchObject({ kind: 'not_sent', reason: 'closed' });
});

it('a server that says more than it was asked for, while an announced message waits, is left', async () => {
  const smtp = await scripted((line, socket) => {
    const word = verb(line);
    if (word === 'hello') socket.write('220 here\r\n');
    else if (word === 'EHLO') socket.write('250-here\r\n250 PIPELINING\r\n');
    else if (word === 'DATA') socket.write('354 go on\r\n');
    else if (word === '.') socket.write('250 taken\r\n');
    else if (word !== null) socket.write('250 ok\r\n');
    if (line?.startsWith('RCPT TO:<c2') && smtp.connections() === 1) socket.write('250 ok\r\n');
  });
  const sender = pool(smtp.url);
  expect(await sender.send(first, () => second)).toEqual(taken);
  expect(await sender.send(second)).toMatchObject({ kind: 'not_sent', reason: 'protocol' });
});

it('many messages, each announced behind another, arrive whole and once over few connections', async () => {
  const smtp = await server();
  const sender = pool(smtp.url, { connections: 4 });
  const lane = async (from: number) => {
    for (let number = from, next = letter(number); number < from + 50; number += 1) {
      const sent = next;
      next = letter(number + 1);
      const last = number === from + 49;
      expect((await sender.send(sent, () => (last ? null : next))).kind).toBe('accepted');
    }
  };
  await Promise.all([0, 100, 200, 300].map(lane));
  expect(smtp.received.map(({ raw }) => raw.slice(9, 13)).sort()).toHaveLength(200);
  expect(new Set(smtp.received.map(({ to }) => to[0])).size).toBe(200);
  for (const { to, raw } of smtp.received)
    expect(raw).toContain(`body ${to[0]!.slice(1, -'@customer.test'.length)}`);
  expect(smtp.connections()).toBe(4);
});
