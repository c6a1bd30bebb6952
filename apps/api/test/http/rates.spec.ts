import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harness, type Harness } from '../integration/deliver-fixture.js';
import { staffCookie } from '../support/sign-in.js';

let on: Harness;
const cookies: Record<string, string> = {};
beforeAll(async () => {
  on = await harness({ config: { mailRatePerSecond: 20, mailFrom: 'Insurer <care@insurer.example>' } });
  for (const role of ['admin', 'marketing'] as const) cookies[role] = await staffCookie(on.app, role);
});
afterAll(() => on.close());

async function call(method: string, path: string, role: string, body?: unknown) {
  const response = await fetch(`${on.app.url}/api/staff/${path}`, {
    method,
    headers: {
      cookie: cookies[role]!,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>),
  };
}
const audited = () =>
  on.sql<{ action: string; subject: string; detail: unknown }>(
    `SELECT action, subject, detail FROM audit_log WHERE action ~ '^(rate|warm_up|domain_backoff)' ORDER BY entry_no`,
  );

describe('how fast mail may go', () => {
  it('is seen by all staff, set by an admin, and every change is in the audit log', async () => {
    expect((await call('GET', 'rates', 'marketing')).body).toMatchObject({
      total: { perSecond: 20, chosen: false },
      identity: 'insurer.example',
      limits: [],
    });
    expect((await call('PUT', 'rates/limits/total/-', 'marketing', { perSecond: 5 })).status).toBe(403);
    expect((await call('PUT', 'rates/limits/total/-', 'admin', { perSecond: 5 })).body).toMatchObject({
      total: { perSecond: 5, chosen: true },
    });
    await call('PUT', 'rates/limits/domain/Bücher.Example', 'admin', { perSecond: 2.5 });
    const all = await call('PUT', 'rates/limits/domain/*', 'admin', { perSecond: 50 });
    expect(all.body!['limits']).toEqual([
      { scope: 'domain', name: '*', perSecond: 50 },
      { scope: 'domain', name: 'xn--bcher-kva.example', perSecond: 2.5 },
      { scope: 'total', name: '', perSecond: 5 },
    ]);
    expect((await call('DELETE', 'rates/limits/total/-', 'admin')).status).toBe(204);
    expect((await call('DELETE', 'rates/limits/total/-', 'admin')).status).toBe(404);
    expect((await audited()).map(({ action, subject, detail }) => [action, subject, detail])).toEqual([
      ['rate.changed', 'total', { before: null, after: 5 }],
      ['rate.changed', 'domain xn--bcher-kva.example', { before: null, after: 2.5 }],
      ['rate.changed', 'domain *', { before: null, after: 50 }],
      ['rate.changed', 'total', { before: 5, after: null }],
    ]);
  });

  it.each([
    ['limits/total/-', { perSecond: 0 }, 'must be a number of messages a second, from 0.001 to 100000'],
    ['limits/domain/no%20domain', { perSecond: 1 }, 'must be the name of a domain, like example.com'],
    ['limits/identity/*', { perSecond: 1 }, 'Total has no name'],
    ['limits/total/example.com', { perSecond: 1 }, 'Total has no name'],
    [
      'warm-ups/insurer.example',
      { startsOn: '2031-05-01', firstDay: 100, factor: 2, upTo: 50 },
      'must not be less than firstDay',
    ],
    [
      'warm-ups/insurer.example',
      { startsOn: '2031-05-01', firstDay: 100, factor: 1, upTo: 500 },
      'must be a number from 1.01 to 10',
    ],
  ])('refuses %s %o', async (path, body, message) => {
    const refused = await call('PUT', `rates/${path}`, 'admin', body);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    expect(JSON.stringify(refused.body)).toContain(message);
  });

  it('has a ramp for a new sender, and domains that are left alone can be tried again', async () => {
    const ramp = { startsOn: '2031-05-01', firstDay: 50, factor: 1.5, upTo: 10_000 };
    const set = await call('PUT', 'rates/warm-ups/insurer.example', 'admin', ramp);
    expect(set.body!['warmUps']).toMatchObject([
      { identity: 'insurer.example', ...ramp, allowed: 50, taken: 0 },
    ]);
    expect((await call('DELETE', 'rates/warm-ups/insurer.example', 'admin')).status).toBe(204);

    await on.sql(
      `INSERT INTO domain_backoffs VALUES ('busy.example', '421 later', now(), 2, now() + interval '2 minutes')`,
    );
    const [left] = (await call('GET', 'rates', 'marketing')).body!['backoffs'] as Record<string, unknown>[];
    expect(left).toMatchObject({ domain: 'busy.example', reply: '421 later', failures: 2 });
    expect((await call('DELETE', 'rates/backoffs/busy.example', 'marketing')).status).toBe(403);
    expect((await call('DELETE', 'rates/backoffs/busy.example', 'admin')).status).toBe(204);
    expect((await call('GET', 'rates', 'marketing')).body).toMatchObject({ backoffs: [] });
  });
});

describe('the mail servers', () => {
  it('are seen with what keeps them from taking mail', async () => {
    const name = new URL(on.sink.url).host;
    expect((await call('GET', 'sending/transports', 'marketing')).body).toMatchObject({
      transports: [{ name, state: 'working', reason: null }],
      using: name,
    });
    await on.sql(
      `INSERT INTO mail_trouble (transport, reason, detail, since, failures, retry_at)
       VALUES ($1, 'unreachable', 'ECONNREFUSED', now(), 3, now() + interval '1 minute')`,
      [name],
    );
    expect((await call('GET', 'sending/transports', 'marketing')).body).toMatchObject({
      transports: [{ name, state: 'holding', reason: 'unreachable', detail: 'ECONNREFUSED', failures: 3 }],
      using: null,
    });
  });
});
