import { describe, expect, it } from 'vitest';
import { huge, manners, message, pipelining, pool, scripted, server, verb } from '../../test/support/smtp.js';

const words = { ...message, raw: Buffer.from('Subject: Grüße\r\n\r\nGrüße\r\n') };

describe('with PIPELINING', () => {
  it('the envelope goes at once, and the body only when it is asked for', async () => {
    const held: string[] = [];
    const smtp = await pipelining((word, socket) => {
      if (!['MAIL', 'RCPT', 'DATA'].includes(word)) return undefined;
      held.push(word);
      // Nothing is answered before all of it is here.
      if (held.length === 3) socket.write('250 ok\r\n250 ok\r\n354 go on\r\n');
      return '';
    });
    expect(await pool(smtp.url).send(words)).toEqual({ kind: 'accepted', reply: '250 taken' });
    expect(smtp.said.slice(1, 5)).toEqual([
      `MAIL FROM:<bounces+1@insurer.example> BODY=8BITMIME SIZE=${words.raw.length}`,
      'RCPT TO:<ada@customer.test>',
      'DATA',
      'Subject: GrÃ¼Ã\u009fe',
    ]);
  });

  it('says nothing of 8bit and size that the server does not know, or the message does not need', async () => {
    const smtp = await pipelining(() => undefined, ['PIPELINING', '8BITMIME']);
    await pool(smtp.url).send(message);
    expect(smtp.said[1]).toBe('MAIL FROM:<bounces+1@insurer.example>');
  });

  it('sends nothing to a server that asks for the message it has refused, and counts nothing as sent', async () => {
    let refusals = 0;
    const smtp = await pipelining((word) =>
      word === 'RCPT' && refusals++ === 0 ? '550 5.1.1 nobody here\r\n' : undefined,
    );
    const sender = pool(smtp.url);
    expect(await sender.send(message)).toMatchObject({ kind: 'refused', stage: 'rcpt', status: '5.1.1' });
    expect((await sender.send(message)).kind).toBe('accepted');
    expect(smtp.said.slice(1, 7)).toEqual([
      expect.stringMatching(/^MAIL/),
      expect.stringMatching(/^RCPT/),
      'DATA',
      '.',
      'RSET',
      expect.stringMatching(/^MAIL/),
    ]);
    expect(smtp.connections()).toBe(1);
  });

  it.each(['250 took nothing\r\n', '554 no valid recipients\r\n', ''])(
    'whatever is said to the lone dot (%j), the refusal is what counts',
    async (answer) => {
      let dots = 0;
      const smtp = await pipelining((word, socket) => {
        if (word === 'RCPT') return '450 4.2.1 later\r\n';
        if (word !== '.' || dots++ > 0) return undefined;
        if (answer === '') socket.destroy();
        return answer;
      });
      expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'refused', stage: 'rcpt', code: 450 });
    },
  );

  it('the first no is the reason, though others follow it', async () => {
    const smtp = await pipelining((word) =>
      word === 'MAIL'
        ? '550 5.7.1 not you\r\n'
        : word === 'RCPT' || word === 'DATA'
          ? '503 5.5.1 bad sequence\r\n'
          : undefined,
    );
    const outcome = await pool(smtp.url).send(message);
    expect(outcome).toMatchObject({ kind: 'refused', stage: 'mail', status: '5.7.1', permanent: true });
  });

  it.each(['MAIL', 'RCPT', 'DATA', '.'])(
    '421 at %s ends the session, and the next message goes over a new one',
    async (stage) => {
      let farewells = 0;
      const smtp = await pipelining((word) =>
        word === stage && farewells++ === 0 ? '421 4.3.2 closing\r\n' : undefined,
      );
      const sender = pool(smtp.url);
      expect(await sender.send(message)).toMatchObject({ kind: 'refused', code: 421, permanent: false });
      expect((await sender.send(message)).kind).toBe('accepted');
      expect(smtp.connections()).toBe(2);
    },
  );

  it('a refusal that was heard stands, though the connection drops before the other answers', async () => {
    const smtp = await pipelining((word, socket) => {
      if (word === 'DATA') setTimeout(() => socket.destroy(), 20);
      return word === 'RCPT' ? '550 5.1.1 nobody here\r\n' : word === 'DATA' ? '' : undefined;
    });
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'refused', stage: 'rcpt' });
  });

  it('answers cut anywhere are the same answers', async () => {
    const smtp = await pipelining((word, socket) => {
      if (word !== 'DATA') return ['MAIL', 'RCPT'].includes(word) ? '' : undefined;
      const answers = '250-fine\r\n250 ok\r\n250 ok\r\n354 go on\r\n';
      [...answers].forEach((octet, index) => setTimeout(() => socket.write(octet), index));
      return '';
    });
    expect(await pool(smtp.url).send(message)).toEqual({ kind: 'accepted', reply: '250 taken' });
  });
});

describe('a server that is out of step is believed nothing', () => {
  it('says yes to the message in the same breath as it asks for it', async () => {
    const smtp = await pipelining((word) => (word === 'DATA' ? '354 go on\r\n250 taken\r\n' : undefined));
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'not_sent', reason: 'protocol' });
  });

  it('answers one command twice', async () => {
    const smtp = await pipelining((word) => (word === 'RCPT' ? '250 ok\r\n250 ok\r\n' : undefined), []);
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'not_sent', reason: 'protocol' });
    expect(smtp.said.at(-1)).toMatch(/^RCPT/);
  });

  it.each(['250 go on\r\n', 'go on\r\n', '154 go on\r\n'])('answers DATA with %j', async (answer) => {
    const smtp = await pipelining((word) => (word === 'DATA' ? answer : undefined));
    expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'not_sent', reason: 'protocol' });
    expect(smtp.said.at(-1)).toBe('DATA');
  });

  it.each(['354 go on\r\n', 'thanks\r\n', '250-taken\r\n550 not\r\n'])(
    'answers the message with %j',
    async (answer) => {
      const smtp = await pipelining((word) => (word === '.' ? answer : undefined));
      expect(await pool(smtp.url).send(message)).toMatchObject({ kind: 'in_doubt', reason: 'protocol' });
    },
  );

  it('speaks between two messages, and gets the next one over a new connection', async () => {
    const smtp = await pipelining((word) => (word === '.' ? '250 taken\r\n421 and goodbye\r\n' : undefined));
    const sender = pool(smtp.url);
    expect(await sender.send(message)).toEqual({ kind: 'accepted', reply: '250 taken' });
    expect(await sender.send(message)).toEqual({ kind: 'accepted', reply: '250 taken' });
    expect(smtp.connections()).toBe(2);
  });

  it('refuses in the middle of the message, after answering the envelope', async () => {
    const smtp = await pipelining(
      (word, socket) => {
        if (word !== 'DATA') return undefined;
        setTimeout(() => socket.write('552 5.3.4 too big\r\n'), 50);
        setImmediate(() => socket.pause());
        return undefined;
      },
      ['PIPELINING'],
    );
    const sender = pool(smtp.url);
    expect(await sender.send(huge)).toMatchObject({ kind: 'refused', stage: 'message', code: 552 });
    expect(smtp.said.at(-1)).not.toBe('.');
  });
});

describe('8bit', () => {
  it('is offered once a server has said so, and no more once one has not', async () => {
    let offers = ['PIPELINING', '8BITMIME'];
    const smtp = await server({});
    expect(pool(smtp.url).offers8bit).toBe(false);
    const scriptedServer = await scripted((line, socket) => {
      const word = verb(line);
      if (word === 'EHLO')
        socket.write(`250-here\r\n${offers.map((name) => `250-${name}\r\n`).join('')}250 HELP\r\n`);
      else if (word === '.') socket.end('250 taken\r\n');
      else if (word !== null) socket.write(`${manners[word]}\r\n`);
    });
    const sender = pool(scriptedServer.url);
    expect(await sender.send(words)).toMatchObject({ kind: 'accepted' });
    expect(sender.offers8bit).toBe(true);
    offers = ['PIPELINING'];
    expect(await sender.send(words)).toMatchObject({ kind: 'not_sent', reason: 'protocol' });
    expect(sender.offers8bit).toBe(false);
    offers = ['PIPELINING', '8BITMIME'];
    expect(await sender.send(message)).toMatchObject({ kind: 'accepted' });
    expect(sender.offers8bit).toBe(false);
  });
});

it('many messages over few connections arrive whole, each once, with and without PIPELINING', async () => {
  for (const hidePIPELINING of [false, true]) {
    const smtp = await server({ hidePIPELINING });
    const sender = pool(smtp.url, { connections: 4 });
    const sent = Array.from({ length: 200 }, (_, number) => {
      const body = `${'.'.repeat(number % 4)}${'x'.repeat((number * 997) % 3000)}\r\n`.repeat(number % 50);
      return `Subject: ${number}\r\n\r\n${body}.\r\n`;
    });
    const outcomes = await Promise.all(
      sent.map((raw) => sender.send({ envelope: message.envelope, raw: Buffer.from(raw) })),
    );
    expect(outcomes.filter(({ kind }) => kind !== 'accepted')).toEqual([]);
    expect(smtp.received.map(({ raw }) => raw).sort()).toEqual([...sent].sort());
  }
});
