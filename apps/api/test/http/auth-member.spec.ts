import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SignInMailService } from '../../src/features/accounts/sign-in-mail.service.js';
import { MailServer } from '../../src/platform/mail/mail-server.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { cookiesOf, memberCookie, postJson } from '../support/sign-in.js';

let database: TestDatabase;
let app: TestApp;
let mailbox: ParsedMail[] = [];
const clock = new SettableClock('2026-11-22T09:00:00Z');
const sink = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo: ({ address }, _session, done) =>
    done(address.startsWith('refused') ? Object.assign(new Error('no'), { responseCode: 550 }) : null),
  onData: (stream, _session, done) =>
    void simpleParser(stream).then((mail) => {
      mailbox.push(mail);
      done();
    }, done),
});

beforeAll(async () => {
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const { port } = sink.server.address() as AddressInfo;
  database = await testDatabase();
  app = await testApp({ database, clock, mailServer: new MailServer(`smtp://127.0.0.1:${port}`, null) });
  await database.dataSource.query(
    `INSERT INTO customers (customer_id, given_name, family_name, email, locale) VALUES
       ('C1', 'Ana', 'García', 'family@example.com', 'en'),
       ('C2', '秀英', '李', 'Family@Example.com', 'zh-CN'),
       ('C3', 'Late', 'Holder', 'late@example.com', 'en'),
       ('C4', 'Out', 'Reach', 'refused@example.com', 'en'),
       ('C5', 'Moved', 'Away', 'moved@example.com', 'en')`,
  );
  await database.dataSource.query(
    `INSERT INTO policies (policy_id, customer_id, line, status, start_date) VALUES ('P3', 'C3', 'life', 'claim_death', '2020-01-01')`,
  );
  // Whoever has marked letters as junk must still be able to sign in.
  await database.dataSource.query(
    `INSERT INTO suppressions (address, reason) VALUES ('family@example.com', 'complaint')`,
  );
});

afterAll(async () => {
  await app.close();
  await database.close();
  await new Promise<void>((resolve) => sink.close(resolve));
});

beforeEach(async () => {
  mailbox = [];
  clock.advance({ hours: 1 });
});

const request = (email: string, returnTo?: string) =>
  postJson(app, '/api/auth/member/link', { email, returnTo });
const mail = (email: string, returnTo: string | null = null) =>
  app.get(SignInMailService).send(email, returnTo);
const look = (token: string, method = 'GET') =>
  fetch(`${app.url}/api/auth/member/confirm?token=${token}`, { method });
const confirm = (token: string, cookie?: string) =>
  postJson(app, '/api/auth/member/confirm', { token }, cookie);
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

function tokenIn(message: ParsedMail | undefined): string {
  const found = /http:\/\/localhost:3000\/sign-in\/confirm\?token=([A-Za-z0-9_-]+)/.exec(message?.text ?? '');
  if (!found?.[1]) throw new Error(`There is no link in: ${message?.text}`);
  return found[1];
}

async function freshToken(): Promise<string> {
  await mail('family@example.com');
  return tokenIn(mailbox.find(({ text }) => text?.includes('Ana')));
}

describe('asking for a link', () => {
  test('answers the same whether anybody has the address or not', async () => {
    const answers = [];
    for (const email of ['family@example.com', 'nobody@example.com', 'late@example.com']) {
      const response = await request(email);
      answers.push([response.status, await response.json(), response.headers.getSetCookie()]);
    }
    expect(answers).toEqual(Array(3).fill([202, { expiresInMinutes: 20 }, []]));
    // The mails themselves go through the queue.
    await vi.waitFor(() => expect(mailbox).toHaveLength(2), { timeout: 15_000 });
    expect(mailbox.map(({ to }) => [to].flat()[0]?.value[0]?.address?.toLowerCase())).toEqual([
      'family@example.com',
      'family@example.com',
    ]);
  });

  test('refuses what is no address, and a way back that leads elsewhere', async () => {
    expect((await request('not an address')).status).toBe(400);
    for (const path of ['https://evil.example', '//evil.example', '/\\evil.example', '/\tevil', 'home']) {
      expect([path, (await request('family@example.com', path)).status]).toEqual([path, 400]);
    }
    expect((await request('nobody@example.com', '/policies?when=past')).status).toBe(202);
  });
});

describe('the mail', () => {
  test('goes once to each customer at the address, in their own language, with their own link', async () => {
    await mail('FAMILY@example.com');
    expect(mailbox).toHaveLength(2);
    const links = mailbox.map(tokenIn);
    expect(new Set(links).size).toBe(2);
    const names = await Promise.all(
      links.map(async (token) => ((await (await look(token)).json()) as { displayName: string }).displayName),
    );
    expect(names.sort()).toEqual(['Ana García', '李秀英']);
    expect(mailbox.map(({ headers }) => headers.has('list-unsubscribe'))).toEqual([false, false]);
  });

  test.each([
    ['an address nobody has', 'nobody@example.com'],
    ['a customer who has died', 'late@example.com'],
    ['a mailbox that refuses it', 'refused@example.com'],
  ])('does not go to %s', async (_, email) => {
    await mail(email);
    expect(mailbox).toEqual([]);
    const [{ sent }] = await database.dataSource.query<[{ sent: number }]>(
      `SELECT count(*) AS sent FROM sign_in_links WHERE lower(address) = $1 AND sent_at IS NOT NULL`,
      [email],
    );
    expect(sent).toBe(0);
  });

  test('is tried again while the mail server is away', async () => {
    const other = await testApp({ database, clock });
    await expect(other.get(SignInMailService).send('family@example.com', null)).rejects.toThrow('not taken');
    await other.close();
  });

  test('does not go while sending is off', async () => {
    const other = await testApp({ database, clock, config: { sending: false } });
    await other.get(SignInMailService).send('family@example.com', null);
    await other.close();
    expect(mailbox).toEqual([]);
  });
});

describe('the link', () => {
  test('says whom it signs in, however often it is looked at, and nothing comes of looking', async () => {
    const token = await freshToken();
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET', 'GET']) await look(token, method);
    const response = await look(token);
    expect([response.status, await response.json(), response.headers.getSetCookie()]).toEqual([
      200,
      {
        displayName: 'Ana García',
        maskedEmail: 'f***@example.com',
        returnTo: null,
        expiresAt: clock.now().add({ minutes: 20 }).toString({ fractionalSecondDigits: 3 }),
      },
      [],
    ]);
    expect((await confirm(token)).status).toBe(200);
  });

  test('signs in once, as that customer', async () => {
    const token = await freshToken();
    const response = await confirm(token);
    const member = { customerId: 'C1', displayName: 'Ana García', email: 'family@example.com', locale: 'en' };
    expect(await response.json()).toEqual({ member, staff: null });
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^aftercare-member=[\w-]{43};.*HttpOnly.*SameSite=Lax/,
    );
    const session = await fetch(`${app.url}/api/auth/session`, { headers: { cookie: cookiesOf(response) } });
    expect(await session.json()).toEqual({ member, staff: null });
    expect(await codeOf(await confirm(token))).toEqual([410, 'link_used']);
    expect(await codeOf(await look(token))).toEqual([410, 'link_used']);
  });

  test('lets one in of many who press at once', async () => {
    const token = await freshToken();
    // Held until all of them have found the link unused and want to use it.
    const tries = await database.dataSource.transaction(async (held) => {
      await held.query('SELECT FROM sign_in_links FOR UPDATE');
      const confirming = Array.from({ length: 3 }, () => confirm(token));
      await vi.waitFor(async () => {
        const [{ waiting }] = await database.dataSource.query<[{ waiting: number }]>(
          `SELECT count(*) AS waiting FROM pg_locks l JOIN pg_stat_activity a USING (pid)
           WHERE NOT l.granted AND a.datname = current_database()`,
        );
        expect(waiting).toBe(3);
      }, 20_000);
      return { confirming };
    });
    const statuses = (await Promise.all(tries.confirming)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 410, 410]);
  });

  test('ends after twenty minutes', async () => {
    const token = await freshToken();
    clock.advance({ minutes: 19, seconds: 59 });
    expect((await look(token)).status).toBe(200);
    clock.advance({ seconds: 1 });
    expect(await codeOf(await look(token))).toEqual([410, 'link_expired']);
    expect(await codeOf(await confirm(token))).toEqual([410, 'link_expired']);
  });

  test('is worth nothing once the address is not the customer’s any more', async () => {
    await mail('moved@example.com');
    const token = tokenIn(mailbox[0]);
    await database.dataSource.query(
      `UPDATE customers SET email = 'new@example.com' WHERE customer_id = 'C5'`,
    );
    expect(await codeOf(await confirm(token))).toEqual([404, 'link_invalid']);
  });

  test('that was made up opens nothing', async () => {
    expect(await codeOf(await confirm('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'))).toEqual([
      404,
      'link_invalid',
    ]);
  });

  test('is kept as a hash alone', async () => {
    const token = await freshToken();
    const rows = await database.dataSource.query<{ row: string }[]>(
      `SELECT l::text AS row FROM sign_in_links l`,
    );
    expect(rows.length).toBeGreaterThan(0);
    const stored = rows.map(({ row }) => row).join();
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(Buffer.from(token).toString('hex'));
  });

  test('ends the session that the browser had before', async () => {
    const old = await memberCookie(app, 'C2');
    await confirm(await freshToken(), old);
    const session = await fetch(`${app.url}/api/auth/session`, { headers: { cookie: old } });
    expect(await session.json()).toEqual({ member: null, staff: null });
  });
});

test('over https the cookie goes over https alone, and to this host alone', async () => {
  const secure = await testApp({ database, clock, config: { publicUrl: 'https://portal.example.com' } });
  const token = await freshToken();
  const response = await postJson(secure, '/api/auth/member/confirm', { token });
  await secure.close();
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-aftercare-member=/);
  expect(cookie).toMatch(/; Path=\/;/);
  expect(cookie).toMatch(/; Secure/);
  expect(cookie).not.toMatch(/Domain/);
});
