import { describe, expect, it } from 'vitest';
import { huge, manners, message, pool, reply, scripted, server, verb } from '../../test/support/smtp.js';

describe('a refusal names its stage and whether it is for good', () => {
  const stages = [
    ['mail', 'onMailFrom'],
    ['rcpt', 'onRcptTo'],
  ] as const;
  for (const hidePIPELINING of [false, true]) {
    for (const [stage, hook] of stages) {
      for (const code of [450, 550]) {
        it(`${code} at ${stage}, ${hidePIPELINING ? 'one command at a time' : 'pipelined'}`, async () => {
          let refusals = 0;
          const smtp = await server({
            hidePIPELINING,
            [hook]: (_address: unknown, _session: unknown, done: (error?: Error) => void) =>
              done(refusals++ === 0 ? reply(code, `${code === 550 ? '5.1.1' : '4.2.1'} not now`) : undefined),
          });
          const sender = pool(smtp.url);
          expect(await sender.send(message)).toMatchObject({
            kind: 'refused',
            stage,
            code,
            permanent: code === 550,
            status: code === 550 ? '5.1.1' : '4.2.1',
          });
          // The connection is clean again and carries the next message.
          expect((await sender.send(message)).kind).toBe('accepted');
          expect(smtp.received).toHaveLength(1);
        });
      }
    }
  }

  it.each([451, 552])('%i at the DATA command', async (code) => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word !== null) socket.write(word === 'DATA' ? `${code} no\r\n` : `${manners[word]}\r\n`);
    });
    expect(await pool(smtp.url).send(message)).toEqual({
      kind: 'refused',
      stage: 'data',
      code,
      permanent: code === 552,
      status: null,
      reply: `${code} no`,
    });
  });

  it('in as many words as the server has for it', async () => {
    const words = Array.from(
      { length: 400 },
      (_, line) => `550${line === 399 ? ' ' : '-'}5.7.1 reason ${line}`,
    );
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word !== null) socket.write(word === 'RCPT' ? `${words.join('\r\n')}\r\n` : `${manners[word]}\r\n`);
    });
    const outcome = await pool(smtp.url).send(message);
    expect(outcome).toMatchObject({ kind: 'refused', stage: 'rcpt', reply: words.join('\n') });
  });

  it.each([452, 554])('%i as the answer to the message', async (code) => {
    const smtp = await server({
      onData: (stream, _session, done) => stream.resume().on('end', () => done(reply(code, 'no, thank you'))),
    });
    expect(await pool(smtp.url).send(message)).toMatchObject({
      kind: 'refused',
      stage: 'message',
      code,
      permanent: code === 554,
    });
  });

  it('5xx in the middle of the message is a refusal, and the connection is not used again', async () => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word !== null) return socket.write(`${manners[word]}\r\n`);
      if (line?.startsWith('Subject: huge')) {
        socket.write('552 5.3.4 too big\r\n');
        socket.pause();
      }
    });
    const sender = pool(smtp.url);
    expect(await sender.send(huge)).toMatchObject({
      kind: 'refused',
      stage: 'message',
      code: 552,
      permanent: true,
    });
    expect((await sender.send(message)).kind).toBe('accepted');
    expect(smtp.connections()).toBe(2);
  });
});

describe('before the final dot, a lost or silent server means: not sent', () => {
  it('nobody listens', async () => {
    const smtp = await server();
    await smtp.close();
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'not_sent', reason: 'unreachable' });
  });

  it('the system will not have an option of the URL', async () => {
    const { url } = await server();
    expect(await pool(`${url}?localAddress=eth0`).send(message)).toMatchObject({
      ...{ kind: 'not_sent', reason: 'unreachable' },
      detail: expect.stringContaining('eth0'),
    });
  });

  it('the server turns us away at the door', async () => {
    const smtp = await scripted((_line, socket) => socket.end('554 go away\r\n'));
    expect(await pool(smtp.url).send(message)).toMatchObject({
      kind: 'not_sent',
      reason: 'server_refused',
      reply: '554 go away',
    });
  });

  it('the server accepts the connection and never greets', async () => {
    const smtp = await scripted(() => undefined);
    const sender = pool(smtp.url, { timeouts: { greeting: 200 } });
    expect(await sender.send(message)).toMatchObject({ kind: 'not_sent', reason: 'timeout' });
  });

  it.each(['EHLO', 'MAIL', 'RCPT', 'DATA'])('the server falls silent at %s', async (mute) => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word !== null && word !== mute) socket.write(`${manners[word]}\r\n`);
    });
    const sender = pool(smtp.url, { timeouts: { silence: 800, greeting: 800 } });
    expect(await sender.send(message)).toMatchObject({ kind: 'not_sent', reason: 'timeout' });
  });

  it.each(['EHLO', 'MAIL', 'RCPT', 'DATA'])('the connection drops at %s', async (fatal) => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word === fatal) return socket.destroy();
      if (word !== null) socket.write(`${manners[word]}\r\n`);
    });
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'not_sent' });
  });

  it('the connection drops while most of the message is still here', async () => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word !== null) return socket.write(`${manners[word]}\r\n`);
      if (line?.startsWith('Subject: huge')) socket.destroy();
    });
    expect(await pool(smtp.url).send(huge)).toMatchObject({ kind: 'not_sent', reason: 'connection_lost' });
  });

  it('a server that keeps talking without an end runs into the limit for one message', async () => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word === 'RCPT') {
        const chatter = setInterval(() => socket.write('250-still thinking\r\n'), 5);
        socket.on('close', () => clearInterval(chatter));
      } else if (word !== null) socket.write(`${manners[word]}\r\n`);
    });
    const sender = pool(smtp.url, { timeouts: { message: 300 } });
    expect(await sender.send(message)).toMatchObject({ kind: 'not_sent', reason: 'timeout' });
  });

  it('the message is larger than the server takes', async () => {
    const smtp = await server({ size: 1000 });
    expect(await pool(smtp.url).send(huge)).toMatchObject({ kind: 'not_sent', reason: 'too_large' });
  });
});

describe('once the final dot may be out, no answer means: in doubt', () => {
  it('the connection drops after the message is in', async () => {
    const smtp = await server({ onData: (stream) => stream.resume().on('end', () => smtp.drop()) });
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'in_doubt', reason: 'connection_lost' });
  });

  it('the connection drops in the middle of a message that had left us whole', async () => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word !== null) return socket.write(`${manners[word]}\r\n`);
      socket.destroy();
    });
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'in_doubt', reason: 'connection_lost' });
  });

  it('the server never answers', async () => {
    const smtp = await server({ onData: (stream) => void stream.resume() });
    const sender = pool(smtp.url, { timeouts: { silence: 800 } });
    expect(await sender.send(message)).toMatchObject({ kind: 'in_doubt', reason: 'timeout' });
  });

  it('the answer is cut off with the connection', async () => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word === '.') return socket.end('554 rejec');
      if (word !== null) socket.write(`${manners[word]}\r\n`);
    });
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'in_doubt', reason: 'connection_lost' });
  });

  it('the server says yes before the message is complete', async () => {
    const smtp = await scripted((line, socket) => {
      const word = verb(line);
      if (word !== null) return socket.write(`${manners[word]}\r\n`);
      if (line?.startsWith('Subject: huge')) {
        socket.write('250 that will do\r\n');
        socket.pause();
      }
    });
    expect(await pool(smtp.url).send(huge)).toMatchObject({ kind: 'in_doubt', reason: 'protocol' });
  });

  it('a slow answer within the limits is still an answer', async () => {
    const smtp = await server({
      onData: (stream, _session, done) =>
        stream.resume().on('end', () => setTimeout(() => done(null, 'at last'), 80)),
    });
    const sender = pool(smtp.url, { timeouts: { silence: 5_000 } });
    expect(await sender.send(message)).toEqual({ kind: 'accepted', reply: '250 at last' });
  });
});
