import { afterEach, describe, expect, it } from 'vitest';
import { startMailServer, startScriptedServer } from '../../test/support/mail-server.js';
import { SmtpPool } from './smtp-pool.js';
import { parseSmtpUrl } from './smtp-url.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const login = {
  disabledCommands: ['STARTTLS' as const],
  allowInsecureAuth: true,
  onAuth: (
    auth: { username?: string; password?: string | null },
    _session: unknown,
    done: (error: Error | null, result?: { user: string }) => void,
  ) =>
    auth.username === 'post@insurer' && auth.password === 'p/ss:word'
      ? done(null, { user: 'post' })
      : done(new Error('wrong password')),
};

async function verify(
  options: Parameters<typeof startMailServer>[0],
  credentials: string,
  query = '',
  scheme = 'smtp',
) {
  const smtp = await startMailServer(options);
  cleanups.push(smtp.close);
  const url = smtp.url.replace('smtp://', `${scheme}://${credentials}`) + query;
  const pool = new SmtpPool({ url, connections: 1 });
  cleanups.push(() => pool.close(0));
  return { answer: await pool.verify(), pool, smtp };
}

describe('signing in', () => {
  it('takes percent-encoded credentials from the URL', async () => {
    expect((await verify(login, 'post%40insurer:p%2Fss%3Aword@')).answer).toBeNull();
  });

  it('says that the password was wrong, and does not repeat it', async () => {
    const { answer } = await verify(login, 'post%40insurer:guess@');
    expect(answer).toMatchObject({ kind: 'not_sent', reason: 'auth' });
    expect(JSON.stringify(answer)).not.toContain('guess');
  });

  it('by LOGIN where that is all there is, or says that it knows no way', async () => {
    const only = (way: string) => ({ ...login, authMethods: [way] });
    expect((await verify(only('LOGIN'), 'post%40insurer:p%2Fss%3Aword@')).answer).toBeNull();
    expect((await verify(only('LOGIN'), 'post%40insurer:guess@')).answer).toMatchObject({ reason: 'auth' });
    expect((await verify(only('XOAUTH2'), 'post%40insurer:p%2Fss%3Aword@')).answer).toMatchObject({
      kind: 'not_sent',
      reason: 'auth',
    });
  });

  it('leaves the password at home when STARTTLS is missing and the server is another machine', () => {
    const remote = parseSmtpUrl('smtp://u:p@mail.insurer.example:587');
    expect(remote.options.requireTLS).toBe(true);
    const allowed = parseSmtpUrl('smtp://u:p@mail.insurer.example:587?requireTLS=false');
    expect(allowed.options.requireTLS).toBe(false);
    expect(parseSmtpUrl('smtp://u:p@127.0.0.1:25').options.requireTLS).toBe(false);
  });
});

describe('TLS', () => {
  it('refuses a certificate nobody vouches for', async () => {
    const { answer } = await verify({ disabledCommands: ['AUTH'] }, '', '?requireTLS=true');
    expect(answer).toMatchObject({ kind: 'not_sent', reason: 'tls' });
  });

  it('upgrades by STARTTLS, or speaks TLS from the start', async () => {
    const trusting = '?tls.rejectUnauthorized=false';
    const starttls = await verify({ disabledCommands: ['AUTH'] }, '', `${trusting}&requireTLS=true`);
    expect(starttls.answer).toBeNull();
    const implicit = await verify({ disabledCommands: ['AUTH'], secure: true }, '', trusting, 'smtps');
    expect(implicit.answer).toBeNull();
  });

  it('refuses a certificate that is for somebody else, from the start too', async () => {
    const secure = { disabledCommands: ['AUTH' as const], secure: true };
    const { answer, smtp } = await verify(secure, '', '', 'smtps');
    expect(answer).toMatchObject({ kind: 'not_sent', reason: 'tls' });
    // Node does not outlive a server's dropping a connection in the middle of its TLS.
    await expect.poll(() => smtp.open()).toBe(0);
  });

  it('carries messages', async () => {
    const offer = { disabledCommands: ['AUTH' as const] };
    const { pool } = await verify(offer, '', '?tls.rejectUnauthorized=false&requireTLS=true');
    const raw = Buffer.from(`Subject: x\r\n\r\n${'words '.repeat(10)}\r\n`.repeat(5000));
    const envelope = { from: 'a@insurer.example', to: 'ada@customer.test' };
    const sent = await Promise.all([1, 2, 3].map(() => pool.send({ envelope, raw })));
    expect(sent.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  it.each(['250 AUTH PLAIN\r\n', '250-half'])(
    'does not go on when %j came before it was secret',
    async (planted) => {
      const said: string[] = [];
      const smtp = await startScriptedServer((line, socket) => {
        if (line === null) return socket.write('220 here\r\n');
        said.push(line);
        if (line.startsWith('EHLO')) return socket.write('250-here\r\n250 STARTTLS\r\n');
        socket.write(`220 go on\r\n${planted}`);
      });
      cleanups.push(smtp.close);
      const pool = new SmtpPool({
        url: `${smtp.url.replace('//', '//u:p@')}?requireTLS=true`,
        connections: 1,
      });
      cleanups.push(() => pool.close(0));
      expect(await pool.verify()).toMatchObject({ kind: 'not_sent', reason: 'protocol' });
      expect(said).toEqual([expect.stringMatching(/^EHLO/), 'STARTTLS']);
    },
  );

  it('that does not come about in time is no connection', async () => {
    const smtp = await startScriptedServer((line, socket) => {
      if (line === null) socket.write('220 here\r\n');
      else if (line.startsWith('EHLO')) socket.write('250-here\r\n250 STARTTLS\r\n');
      else if (line === 'STARTTLS') socket.write('220 go on\r\n');
    });
    cleanups.push(smtp.close);
    const pool = new SmtpPool({ url: smtp.url, connections: 1, timeouts: { greeting: 200 } });
    cleanups.push(() => pool.close(0));
    expect(await pool.verify()).toMatchObject({ kind: 'not_sent', reason: 'tls' });
  });

  it('does not go on in the clear when TLS is demanded and not offered', async () => {
    const { answer } = await verify({ disabledCommands: ['STARTTLS', 'AUTH'] }, '', '?requireTLS=true');
    expect(answer).toMatchObject({ kind: 'not_sent', reason: 'tls' });
  });
});

describe('an old server', () => {
  it('that knows HELO alone is spoken to in that way, unless TLS is demanded', async () => {
    const said: string[] = [];
    const smtp = await startScriptedServer((line, socket) => {
      if (line !== null) said.push(line);
      socket.write(line === null ? '220 here\r\n' : line.startsWith('EHLO') ? '500 what?\r\n' : '250 ok\r\n');
    });
    cleanups.push(smtp.close);
    const verifyAt = (query: string) => {
      const pool = new SmtpPool({ url: `${smtp.url}${query}`, connections: 1 });
      cleanups.push(() => pool.close(0));
      return pool.verify();
    };
    expect(await verifyAt('?name=mail.insurer.example')).toBeNull();
    expect(said.slice(0, 2)).toEqual(['EHLO mail.insurer.example', 'HELO mail.insurer.example']);
    expect(await verifyAt('?requireTLS=true')).toMatchObject({ reason: 'server_refused' });
  });
});

describe('the URL', () => {
  it('says what to call ourselves, and nothing that could be a command', () => {
    const nameIn = (query: string) => parseSmtpUrl(`smtp://mail.example${query}`).options.name;
    expect(nameIn('?name=post.insurer.example')).toBe('post.insurer.example');
    expect(nameIn('?name=192.0.2.1')).toBe('[192.0.2.1]');
    expect(nameIn('?name=a%0D%0AMAIL')).toBe('[127.0.0.1]');
  });

  it.each(['', 'localhost:25', 'http://mail.example', 'smtp://mail:notaport'])('%j is none', (url) => {
    expect(() => parseSmtpUrl(url)).toThrow(TypeError);
  });
});
