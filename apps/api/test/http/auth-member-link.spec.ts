import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { testApp } from '../support/app.js';
import { cookiesOf, memberCookie, postJson } from '../support/sign-in.js';
import { SignInFixture, tokenIn } from './auth-member-fixture.js';

let portal: SignInFixture;
beforeAll(async () => {
  portal = await SignInFixture.open();
});
afterAll(() => portal.close());

beforeEach(() => {
  portal.mailbox.length = 0;
  portal.clock.advance({ hours: 1 });
});

const confirm = (token: string, cookie?: string) =>
  postJson(portal.app, '/api/auth/member/confirm', { token }, cookie);
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

async function freshToken(): Promise<string> {
  await portal.mail('family@example.com');
  return tokenIn(portal.mailbox.find(({ text }) => text?.includes('Ana')));
}

/** Visits of Ana's that were noted at that moment. */
async function visits(at: string): Promise<number> {
  const [row] = await portal.database.dataSource.query<[{ count: number }]>(
    `SELECT count(*)::int AS count FROM customer_events
     WHERE type = 'portal_login' AND customer_id = 'C1' AND policy_id IS NULL AND at = $1`,
    [at],
  );
  return row.count;
}

describe('the link', () => {
  test('says whom it signs in, however often it is looked at, and nothing comes of looking', async () => {
    const token = await freshToken();
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET', 'GET']) await portal.look(token, method);
    const response = await portal.look(token);
    expect([response.status, await response.json(), response.headers.getSetCookie()]).toEqual([
      200,
      {
        displayName: 'Ana García',
        maskedEmail: 'f***@example.com',
        returnTo: null,
        expiresAt: portal.clock.now().add({ minutes: 20 }).toString({ fractionalSecondDigits: 3 }),
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
    const session = await fetch(`${portal.app.url}/api/auth/session`, {
      headers: { cookie: cookiesOf(response) },
    });
    expect(await session.json()).toEqual({ member, staff: null });
    expect(await codeOf(await confirm(token))).toEqual([410, 'link_used']);
    expect(await codeOf(await portal.look(token))).toEqual([410, 'link_used']);
    expect(await visits(portal.clock.now().toString())).toBe(1);
  });

  test('lets one in of many who press at once', async () => {
    const token = await freshToken();
    // Held until all of them have found the link unused and want to use it.
    const tries = await portal.database.dataSource.transaction(async (held) => {
      await held.query('SELECT FROM sign_in_links FOR UPDATE');
      const confirming = Array.from({ length: 3 }, () => confirm(token));
      await vi.waitFor(async () => {
        const [{ waiting }] = await portal.database.dataSource.query<[{ waiting: number }]>(
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
    portal.clock.advance({ minutes: 19, seconds: 59 });
    expect((await portal.look(token)).status).toBe(200);
    portal.clock.advance({ seconds: 1 });
    expect(await codeOf(await portal.look(token))).toEqual([410, 'link_expired']);
    expect(await codeOf(await confirm(token))).toEqual([410, 'link_expired']);
  });

  test('is worth nothing once the address is not the customer’s any more', async () => {
    await portal.mail('moved@example.com');
    const token = tokenIn(portal.mailbox[0]);
    await portal.database.dataSource.query(
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
    const rows = await portal.database.dataSource.query<{ row: string }[]>(
      `SELECT l::text AS row FROM sign_in_links l`,
    );
    expect(rows.length).toBeGreaterThan(0);
    const stored = rows.map(({ row }) => row).join();
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(Buffer.from(token).toString('hex'));
  });

  test('ends the session that the browser had before', async () => {
    const old = await memberCookie(portal.app, 'C2');
    await confirm(await freshToken(), old);
    const session = await fetch(`${portal.app.url}/api/auth/session`, { headers: { cookie: old } });
    expect(await session.json()).toEqual({ member: null, staff: null });
  });
});

test('over https the cookie goes over https alone, and to this host alone', async () => {
  const secure = await testApp({
    database: portal.database,
    clock: portal.clock,
    config: { publicUrl: 'https://portal.example.com' },
  });
  const token = await freshToken();
  const response = await postJson(secure, '/api/auth/member/confirm', { token });
  await secure.close();
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-aftercare-member=/);
  expect(cookie).toMatch(/; Path=\/;/);
  expect(cookie).toMatch(/; Secure/);
  expect(cookie).not.toMatch(/Domain/);
});
