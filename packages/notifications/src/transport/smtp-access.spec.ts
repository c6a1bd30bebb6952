import { afterEach, describe, expect, it } from 'vitest';
import { startMailServer } from '../../test/support/mail-server.js';
import { SmtpPool } from './smtp-pool.js';
import { defaultTimeouts, parseSmtpUrl } from './smtp-url.js';

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
  return { answer: await pool.verify(), pool };
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

  it('leaves the password at home when STARTTLS is missing and the server is another machine', () => {
    const remote = parseSmtpUrl('smtp://u:p@mail.insurer.example:587', defaultTimeouts);
    expect(remote.options.requireTLS).toBe(true);
    const allowed = parseSmtpUrl('smtp://u:p@mail.insurer.example:587?requireTLS=false', defaultTimeouts);
    expect(allowed.options.requireTLS).toBe(false);
    expect(parseSmtpUrl('smtp://u:p@127.0.0.1:25', defaultTimeouts).options.requireTLS).toBe(false);
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

  it('does not go on in the clear when TLS is demanded and not offered', async () => {
    const { answer } = await verify({ disabledCommands: ['STARTTLS', 'AUTH'] }, '', '?requireTLS=true');
    expect(answer).toMatchObject({ kind: 'not_sent', reason: 'tls' });
  });
});

describe('the URL', () => {
  it.each(['', 'localhost:25', 'http://mail.example', 'smtp://mail:notaport'])('%j is none', (url) => {
    expect(() => parseSmtpUrl(url, defaultTimeouts)).toThrow(TypeError);
  });
});
