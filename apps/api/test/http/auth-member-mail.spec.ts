import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SignInMailService } from '../../src/features/accounts/sign-in-mail.service.js';
import { testApp } from '../support/app.js';
import { postJson } from '../support/sign-in.js';
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

const request = (email: string, returnTo?: string) =>
  postJson(portal.app, '/api/auth/member/link', { email, returnTo });

describe('asking for a link', () => {
  test('answers the same whether anybody has the address or not', async () => {
    const answers = [];
    for (const email of ['family@example.com', 'nobody@example.com', 'late@example.com']) {
      const response = await request(email);
      answers.push([response.status, await response.json(), response.headers.getSetCookie()]);
    }
    expect(answers).toEqual(Array(3).fill([202, { expiresInMinutes: 20 }, []]));
    // The mails themselves go through the queue.
    await vi.waitFor(() => expect(portal.mailbox).toHaveLength(2), { timeout: 120_000 });
    expect(portal.mailbox.map(({ to }) => [to].flat()[0]?.value[0]?.address?.toLowerCase())).toEqual([
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
    await portal.mail('FAMILY@example.com');
    expect(portal.mailbox).toHaveLength(2);
    const links = portal.mailbox.map(tokenIn);
    expect(new Set(links).size).toBe(2);
    const names = await Promise.all(
      links.map(
        async (token) => ((await (await portal.look(token)).json()) as { displayName: string }).displayName,
      ),
    );
    expect(names.sort()).toEqual(['Ana García', '李秀英']);
    expect(portal.mailbox.map(({ headers }) => headers.has('list-unsubscribe'))).toEqual([false, false]);
  });

  test.each([
    ['an address nobody has', 'nobody@example.com'],
    ['a customer who has died', 'late@example.com'],
    ['a mailbox that refuses it', 'refused@example.com'],
  ])('does not go to %s', async (_, email) => {
    await portal.mail(email);
    expect(portal.mailbox).toEqual([]);
    const [{ sent }] = await portal.database.dataSource.query<[{ sent: number }]>(
      `SELECT count(*) AS sent FROM sign_in_links WHERE lower(address) = $1 AND sent_at IS NOT NULL`,
      [email],
    );
    expect(sent).toBe(0);
  });

  test('is tried again while the mail server is away', async () => {
    const other = await testApp({ database: portal.database, clock: portal.clock });
    await expect(other.get(SignInMailService).send('family@example.com', null)).rejects.toThrow('not taken');
    await other.close();
  });

  test('does not go while sending is off', async () => {
    const other = await testApp({
      database: portal.database,
      clock: portal.clock,
      config: { sending: false },
    });
    await other.get(SignInMailService).send('family@example.com', null);
    await other.close();
    expect(portal.mailbox).toEqual([]);
  });
});
