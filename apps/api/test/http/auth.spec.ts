import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountsService } from '../../src/features/accounts/accounts.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { cookiesOf, memberCookie, postJson, staffCookie } from '../support/sign-in.js';

let database: TestDatabase;
let app: TestApp;
const clock = new SettableClock('2026-11-22T09:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock });
  await database.dataSource.query(
    `INSERT INTO customers (customer_id, given_name, family_name, email, locale)
     VALUES ('C1', 'Ana', 'García', 'ana@example.com', 'en')`,
  );
});

afterAll(async () => {
  await app.close();
  await database.close();
});

const signIn = (email: string, password: string) =>
  postJson(app, '/api/auth/staff/sign-in', { email, password });
const session = async (cookie: string): Promise<unknown> =>
  (await fetch(`${app.url}/api/auth/session`, { headers: { cookie } })).json();

describe('staff sign in', () => {
  test('with e-mail and password, and are known by the cookie from then on', async () => {
    const password = await app
      .get(AccountsService)
      .addStaff({ email: 'Mia@example.com', name: 'Mia', role: 'marketing' }, 'test');
    const response = await signIn('mia@EXAMPLE.com', password);
    expect(response.status).toBe(200);
    const staff = { userId: expect.any(String), name: 'Mia', email: 'mia@example.com', role: 'marketing' };
    expect(await response.json()).toEqual({ member: null, staff });
    expect(response.headers.getSetCookie().join()).toMatch(/HttpOnly/i);
    expect(await session(cookiesOf(response))).toEqual({ member: null, staff });
  });

  test('a wrong password, an unknown address and a nonsense one get the same answer', async () => {
    const answers = [];
    for (const [email, password] of [
      ['mia@example.com', 'not the password'],
      ['nobody@example.com', 'not the password'],
      ['nonsense', 'not the password'],
    ] as const) {
      const response = await signIn(email, password);
      const body = (await response.json()) as Record<string, unknown>;
      delete body['requestId'];
      answers.push({ status: response.status, cookies: response.headers.getSetCookie(), body });
    }
    expect(answers[0]).toMatchObject({ status: 401, cookies: [], body: { code: 'wrong_credentials' } });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('a closed account is turned away, and its session has ended', async () => {
    const accounts = app.get(AccountsService);
    const password = await accounts.addStaff(
      { email: 'gone@example.com', name: 'Gone', role: 'admin' },
      'test',
    );
    const cookie = cookiesOf(await signIn('gone@example.com', password));
    await accounts.disableStaff('gone@example.com', 'test');
    expect(await session(cookie)).toEqual({ member: null, staff: null });
    const response = await signIn('gone@example.com', password);
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'account_disabled' }),
    ]);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('a new password ends the old one and its sessions', async () => {
    const accounts = app.get(AccountsService);
    const old = await accounts.addStaff({ email: 'lost@example.com', name: 'Lost', role: 'service' }, 'test');
    const cookie = cookiesOf(await signIn('lost@example.com', old));
    const fresh = await accounts.resetPassword('lost@example.com', 'test');
    expect(await session(cookie)).toEqual({ member: null, staff: null });
    expect((await signIn('lost@example.com', old)).status).toBe(401);
    expect((await signIn('lost@example.com', fresh)).status).toBe(200);
  });

  test('nobody can make an account for themself', async () => {
    const response = await postJson(app, '/api/auth/sign-up/email', {
      email: 'self@example.com',
      password: 'a long enough password',
      name: 'Self',
    });
    expect(response.status).toBe(404);
  });

  test('one address is tried ten times in a quarter of an hour and no more', async () => {
    const statuses = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      statuses.push((await signIn('guessed@example.com', `guess ${attempt}`)).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    const refused = await signIn('Guessed@example.com ', 'another guess');
    expect(refused.headers.get('retry-after')).toBe('900');
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 900 });
    expect((await signIn('other@example.com', 'guess')).status).toBe(401);
    clock.advance({ minutes: 15 });
    expect((await signIn('guessed@example.com', 'guess')).status).toBe(401);
  });

  test('the password is kept as Argon2id alone', async () => {
    const rows = await database.dataSource.query<{ password: string }[]>(
      'SELECT password FROM staff_credentials',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { password } of rows) expect(password).toMatch(/^\$argon2id\$v=19\$m=\d{5,},t=\d+,p=1\$/);
  });
});

describe('a session', () => {
  test('of a member and one of an employee live side by side, and end one by one', async () => {
    const cookie = `${await memberCookie(app, 'C1')}; ${await staffCookie(app, 'service')}`;
    const member = { customerId: 'C1', displayName: 'Ana García', email: 'ana@example.com', locale: 'en' };
    expect(await session(cookie)).toMatchObject({ member, staff: { role: 'service' } });
    const signedOut = await postJson(app, '/api/auth/sign-out', { kind: 'staff' }, cookie);
    expect([signedOut.status, await signedOut.json()]).toEqual([200, { member, staff: null }]);
    expect(await session(cookie)).toEqual({ member, staff: null });
    await postJson(app, '/api/auth/sign-out', { kind: 'member' }, cookie);
    expect(await session(cookie)).toEqual({ member: null, staff: null });
    const again = await postJson(app, '/api/auth/sign-out', { kind: 'member' }, cookie);
    expect([again.status, await again.json()]).toEqual([200, { member: null, staff: null }]);
  });

  test('of a member ends after fourteen days', async () => {
    const cookie = await memberCookie(app, 'C1');
    clock.advance({ hours: 14 * 24 - 1 });
    expect(await session(cookie)).toMatchObject({ member: { customerId: 'C1' } });
    clock.advance({ hours: 1 });
    expect(await session(cookie)).toEqual({ member: null, staff: null });
  });

  test('is not begun by a cookie that was made up', async () => {
    const cookie = 'aftercare-member=AAAAAAAAAAAAAAAAAAAAAA; aftercare-staff.session_token=AAAA.BBBB';
    expect(await session(cookie)).toEqual({ member: null, staff: null });
  });
});

describe('another site', () => {
  const change = (headers: Record<string, string>) =>
    fetch(`${app.url}/api/auth/sign-out`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"kind":"member"}',
    });

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ origin: 'http://localhost:3000' }, 200],
    [{}, 200],
  ])('that sends %j gets %d', async (headers, status) => {
    const response = await change(headers as Record<string, string>);
    expect(response.status).toBe(status);
    if (status === 403) expect(await response.json()).toMatchObject({ code: 'cross_site' });
  });

  test('reads as before', async () => {
    const response = await fetch(`${app.url}/api/auth/session`, {
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(response.status).toBe(200);
  });
});
