import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';

const dataDir = mkdtempSync(join(tmpdir(), 'aftercare-config-'));
const load = (environment: NodeJS.ProcessEnv) => loadConfig({ AFTERCARE_DATA_DIR: dataDir, ...environment });

describe('loadConfig', () => {
  it('takes everything from its defaults', () => {
    expect(load({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      inboxPort: 1080,
      roles: new Set(['web', 'scheduler', 'worker']),
      sample: true,
      sending: true,
      mailRatePerSecond: 0,
      mailConnections: 10,
      mailReturnPath: 'bounces@harbour-mutual.example.com',
      inboundSmtp: { port: undefined, mailboxes: [] },
    });
  });

  it('keeps the secret it made from one start to the next', () => {
    expect(load({}).secret).toMatch(/^[0-9a-f]{64}$/);
    expect(load({}).secret).toBe(load({}).secret);
  });

  it('loads no sample into a database of the operator’s own unless told to', () => {
    const own = { DATABASE_URL: 'postgres://db.example.com/aftercare' };
    expect(load(own).sample).toBe(false);
    expect(load({ ...own, AFTERCARE_SAMPLE: '1' }).sample).toBe(true);
  });

  it.each([
    [{ PORT: 'x' }, 'PORT is "x": must be a whole number from 0 to 65535'],
    [{ PORT: '70000' }, 'PORT is "70000": must be a whole number from 0 to 65535'],
    [{ AFTERCARE_SENDING: 'yes' }, 'AFTERCARE_SENDING is "yes": must be on or off'],
    [
      { AFTERCARE_ROLES: 'web,wroker' },
      'AFTERCARE_ROLES is "web,wroker": must be some of web,scheduler,worker',
    ],
    [{ AFTERCARE_SAMPLE: 'true' }, 'AFTERCARE_SAMPLE is "true": must be 0 or 1'],
    [{ MAIL_FROM: 'nobody' }, 'MAIL_FROM is "nobody": must be an address or Name <address>'],
    [
      { MAIL_RATE_PER_SECOND: '-1' },
      'MAIL_RATE_PER_SECOND is "-1": must be a number of messages, 0 for no limit',
    ],
    [
      { MAIL_RETURN_PATH: 'a-name-that-leaves-no-room@mail.example' },
      'must have a name of at most 20 characters and no + in it',
    ],
    [{ SENDGRID_WEBHOOK_KEY: 'bm90IGEga2V5' }, 'must be the verification key that SendGrid shows'],
    [{ SES_TOPIC_ARNS: 'arn:aws:s3:::bucket' }, 'must be ARNs of SNS topics'],
    [
      { SMTP_FALLBACK_URLS: 'smtp://b.example' },
      'SMTP_FALLBACK_URLS is (hidden): needs SMTP_URL, the mail server that these step in for',
    ],
    [
      { SMTP_URL: 'smtp://a.example', SMTP_FALLBACK_URLS: 'smtp://b.example http://c.example' },
      'SMTP_FALLBACK_URLS is (hidden): must start with smtp:// or smtps://',
    ],
    [{ NODE_ENV: 'production' }, 'AFTERCARE_SECRET is unset: is required with NODE_ENV=production'],
  ])('refuses %o', (environment, message) => {
    expect(() => load(environment)).toThrow(message);
  });

  it('reads lists and addresses of its mailboxes', () => {
    const env = { INBOUND_SMTP_PORT: '2525', INBOUND_MAILBOXES: 'FBL@mail.example, replies@mail.example' };
    expect(load({ ...env, MAIL_FROM: 'Harbour <care@harbour.example>' })).toMatchObject({
      mailReturnPath: 'bounces@harbour.example',
      inboundSmtp: { port: 2525, mailboxes: ['fbl@mail.example', 'replies@mail.example'] },
    });
  });

  it('takes mail servers that step in, in their order', () => {
    const urls = ['smtps://user:pass@b.example:465', 'smtp://c.example?name=x,y'];
    const environment = { SMTP_URL: 'smtp://a.example', SMTP_FALLBACK_URLS: ` ${urls.join('  ')}\n` };
    expect(load(environment).smtpFallbackUrls).toEqual(urls);
    expect(load({}).smtpFallbackUrls).toEqual([]);
  });

  it('does not print a secret that is wrong', () => {
    expect(() => load({ AFTERCARE_SECRET: 'hunter2' })).toThrow(
      'AFTERCARE_SECRET is (hidden): must have at least 32',
    );
    expect(() => load({ SMTP_URL: 'http://user:hunter2@mail' })).toThrow(/^(?!.*hunter2)/);
  });

  it('names every wrong variable at once, and takes an empty one as unset', () => {
    expect(() => load({ PORT: 'x', INBOX_PORT: 'y' })).toThrow(/PORT.*\nINBOX_PORT/);
    expect(load({ PORT: '' }).port).toBe(3000);
  });
});
