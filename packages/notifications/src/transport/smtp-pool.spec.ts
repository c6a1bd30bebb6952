import { describe, expect, it } from 'vitest';
import { manners, message, pool, scripted, server, verb } from '../../test/support/smtp.js';

describe('a message that is accepted', () => {
  it('arrives byte for byte, dots and all, and the reply is kept', async () => {
    const smtp = await server();
    const outcome = await pool(smtp.url).send(message);
    expect(outcome).toEqual({ kind: 'accepted', reply: '250 taken' });
    expect(smtp.received).toEqual([
      { from: message.envelope.from, to: [message.envelope.to], raw: message.raw.toString() },
    ]);
  });

  it('shares few connections between many messages', async () => {
    const smtp = await server();
    const sender = pool(smtp.url, { connections: 3 });
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => sender.send(message)));
    expect(outcomes.every((outcome) => outcome.kind === 'accepted')).toBe(true);
    expect(smtp.received).toHaveLength(40);
    expect(smtp.connections()).toBe(3);
  });

  it('goes over a new connection when the server has ended the kept one', async () => {
    const smtp = await server();
    const sender = pool(smtp.url);
    await sender.send(message);
    smtp.drop();
    expect((await sender.send(message)).kind).toBe('accepted');
    expect(smtp.connections()).toBe(2);
  });

  it('goes over a new connection when the server ends the kept one only as it is used', async () => {
    let mails = 0;
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word === 'MAIL' && ++mails === 2) return socket.destroy();
      if (word !== null) socket.write(`${manners[word]}\r\n`);
    });
    const sender = pool(smtp.url);
    expect((await sender.send(message)).kind).toBe('accepted');
    expect((await sender.send(message)).kind).toBe('accepted');
    expect(smtp.connections()).toBe(2);
  });

  it('goes over a new connection when the server says 421 to the kept one', async () => {
    let mails = 0;
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word === 'MAIL' && ++mails === 2) return socket.end('421 enough for one session\r\n');
      if (word !== null) socket.write(`${manners[word]}\r\n`);
    });
    const sender = pool(smtp.url);
    await sender.send(message);
    expect((await sender.send(message)).kind).toBe('accepted');
  });

  it('leaves no connection open for longer than the idle time', async () => {
    const said: string[] = [];
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word === null) return;
      said.push(word);
      socket.write(`${manners[word]}\r\n`);
    });
    await pool(smtp.url, { timeouts: { idle: 20 } }).send(message);
    await expect.poll(() => said.at(-1)).toBe('QUIT');
  });
});

describe('stopping', () => {
  it('refuses what waits, and lets what is under way finish', async () => {
    let finish = () => {};
    let arrived = () => {};
    const dataIsIn = new Promise<void>((resolve) => (arrived = resolve));
    const smtp = await server({
      onData: (stream, _session, done) =>
        stream.resume().on('end', () => {
          finish = () => done(null, 'taken');
          arrived();
        }),
    });
    const sender = pool(smtp.url);
    const [underWay, waiting] = [sender.send(message), sender.send(message)];
    await dataIsIn;
    const closed = sender.close(5_000);
    expect(await waiting).toMatchObject({ kind: 'not_sent', reason: 'closed' });
    finish();
    expect(await underWay).toMatchObject({ kind: 'accepted' });
    await closed;
    expect(await sender.send(message)).toMatchObject({ kind: 'not_sent', reason: 'closed' });
  });

  it('drops what does not finish in time, as in doubt', async () => {
    let arrived = () => {};
    const dataIsIn = new Promise<void>((resolve) => (arrived = resolve));
    const smtp = await server({ onData: (stream) => stream.resume().on('end', () => arrived()) });
    const sender = pool(smtp.url);
    const stuck = sender.send(message);
    await dataIsIn;
    await sender.close(10);
    expect(await stuck).toMatchObject({ kind: 'in_doubt', reason: 'closed' });
  });

  it('gives up at once on a connection that is only being opened', async () => {
    const smtp = await scripted(() => undefined);
    const sender = pool(smtp.url);
    const opening = sender.send(message);
    await expect.poll(() => smtp.connections()).toBe(1);
    await sender.close(60_000);
    expect(await opening).toMatchObject({ kind: 'not_sent', reason: 'closed' });
  });
});

it('waits for each message of a connection as long as for the first, and no longer', async () => {
  let messages = 0;
  const smtp = await scripted((line, socket) => {
    const word = verb(line);
    if (word === '.' && (messages += 1) > 1) return;
    if (word !== null) socket.write(`${manners[word]}\r\n`);
  });
  const sender = pool(smtp.url, { timeouts: { message: 200 } });
  expect((await sender.send(message)).kind).toBe('accepted');
  // Longer than a message may take, with none under way.
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(await sender.send(message)).toMatchObject({ kind: 'in_doubt', reason: 'timeout' });
});
