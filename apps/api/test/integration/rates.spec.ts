import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { TransportsService } from '../../src/features/deliveries/transports.service.js';
import { asOf, harness, until, type Harness, type LedgerRow } from './deliver-fixture.js';
import { letWaitsPass, rates, resetRates, settleBy } from './rates-fixture.js';

let on: Harness;
beforeAll(async () => {
  on = await harness();
});
beforeEach(async () => {
  await on.reset();
  await resetRates(on);
});
afterAll(() => on.close());

const databaseNow = async () => {
  const [{ at }] = (await on.sql<{ at: number }>(
    `SELECT extract(epoch FROM clock_timestamp())::float8 AS at`,
  )) as [{ at: number }];
  return at;
};
/** Moves the first customers to another domain. */
const moveTo = (domain: string, count: number, where = on) =>
  where.sql(
    `UPDATE customers SET email = customer_id || '@' || $1 WHERE substring(customer_id FROM 2)::int <= $2`,
    [domain, count],
  );
const sentTo = (domain: string) => on.sink.accepted.filter(({ to }) => to.endsWith(`@${domain}`)).length;
const counts = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(await on.rows(), ({ state, reason }: LedgerRow) => `${state} ${reason}`)]
      .map(([key, rows]) => [key, rows.length] as const)
      .toSorted(),
  );

describe('a limit on all mail', () => {
  it('is one for all workers: no more goes than it says, and each message has a moment of its own', async () => {
    const other = await harness({ database: on.database, sink: on.sink });
    await rates(on).setLimit({ scope: 'total', name: '', perSecond: 60 }, 'test');
    await on.people(90);
    await on.campaign();
    await on.plan();
    const begun = await databaseNow();
    await Promise.all([settleBy(on), settleBy(other)]);
    const took = (await databaseNow()) - begun;
    expect(await counts()).toEqual({ 'sent null': 90 });
    expect(took).toBeGreaterThan(89 / 60);
    const [moments] = await on.sql<{ at: number }>(
      `SELECT extract(epoch FROM next_at)::float8 AS at FROM rate_moments WHERE scope = 'total'`,
    );
    expect(moments!.at - begun).toBeGreaterThan(90 / 60);
    await other.close();
  });

  it('comes from MAIL_RATE_PER_SECOND where none was chosen, and of two the lower one counts', async () => {
    const limited = await harness({ config: { mailRatePerSecond: 25, mailFrom: 'care@insurer.example' } });
    expect(await rates(limited).status()).toMatchObject({ total: { perSecond: 25, chosen: false } });
    await rates(limited).setLimit({ scope: 'identity', name: 'insurer.example', perSecond: 10 }, 'test');
    await limited.people(8);
    await limited.campaign();
    await limited.plan();
    const begun = await databaseNow();
    await settleBy(limited);
    expect((await databaseNow()) - begun).toBeGreaterThan(7 / 10);
    expect(limited.sink.accepted).toHaveLength(8);
    const scopes = await limited.sql<{ scope: string }>(`SELECT scope FROM rate_moments ORDER BY scope`);
    expect(scopes.map(({ scope }) => scope)).toEqual(['identity:insurer.example', 'total']);
    await limited.close();
  });

  it('costs nothing where there is none', async () => {
    await on.people(20);
    await on.campaign();
    await on.plan();
    await settleBy(on);
    expect(await on.sql(`SELECT FROM rate_moments`)).toEqual([]);
  });

  it('keeps what is released so small that something more urgent soon has its turn', async () => {
    const fresh = await harness();
    await rates(fresh).setLimit({ scope: 'total', name: '', perSecond: 2 }, 'test');
    await fresh.people(300);
    await fresh.campaign({ class: 'marketing' });
    await fresh.plan();
    expect(await fresh.app.get(DispatchService).release(asOf, asOf)).toBe(60);
    const chunks = await fresh.sql<{ rows: number }>(`SELECT rows FROM dispatch_chunks`);
    expect(chunks.map(({ rows }) => rows)).toEqual(Array(6).fill(10));
    await fresh.close();
  });
});

describe('a limit on a domain', () => {
  it('holds up nobody else: its letters wait by themselves, as the rows that they are', async () => {
    await rates(on).setLimit({ scope: 'domain', name: 'slow.example', perSecond: 0.2 }, 'test');
    await on.people(40);
    await moveTo('slow.example', 10);
    await on.campaign();
    await on.plan();
    const before = (await on.rows()).map(({ delivery_id: id }) => id);
    const begun = await databaseNow();
    const run = settleBy(on);
    await until('all others have theirs', () => sentTo('example.com') === 30);
    await until('the rest waits', async () => {
      const { 'planned rate_limited': waiting = 0, 'sent null': sent = 0 } = await counts();
      return waiting + sent === 40 && sent > 30;
    });
    expect(sentTo('slow.example')).toBeLessThanOrEqual(1 + ((await databaseNow()) - begun) * 0.2);
    expect((await on.rows()).map(({ delivery_id: id }) => id)).toEqual(before);
    expect((await on.rows()).every(({ attempts }) => attempts === 0)).toBe(true);
    // Taken away, it holds nobody any more.
    await rates(on).deleteLimit('domain', 'slow.example', 'test');
    expect(await run).toEqual({ going: 0, held: 0 });
    expect(await counts()).toEqual({ 'sent null': 40 });
  });

  it('lets no queue of a slow domain stand before others that come after it', async () => {
    const fresh = await harness();
    await rates(fresh).setLimit({ scope: 'domain', name: 'slow.example', perSecond: 0.001 }, 'test');
    await fresh.people(2_400);
    await moveTo('slow.example', 2_390, fresh);
    await fresh.campaign();
    await fresh.plan();
    // The slow ones are due before the others.
    await fresh.sql(
      `UPDATE deliveries SET due_at = due_at - interval '1 h' WHERE substring(customer_id FROM 2)::int <= 2390`,
    );
    await rates(fresh).setLimit({ scope: 'total', name: '', perSecond: 1 }, 'test');
    expect(await fresh.app.get(DispatchService).release(asOf, asOf)).toBe(1);
    expect(await fresh.app.get(DispatchService).release(asOf, asOf)).toBe(10);
    await fresh.close();
  });
});

describe('a warm-up', () => {
  const tomorrow = async () => {
    await on.sql(`UPDATE warm_ups SET starts_on = starts_on - 1`);
    await on.sql(`UPDATE warm_up_days SET day = day - 1`);
    await on.sql(`UPDATE deliveries SET next_attempt_at = NULL WHERE reason = 'warm_up'`);
  };
  const begin = async (firstDay: number) => {
    const { identity } = rates(on);
    const [{ day: startsOn }] = (await on.sql<{ day: string }>(
      `SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS day`,
    )) as [{ day: string }];
    await rates(on).setWarmUp({ identity, startsOn, firstDay, factor: 2, upTo: 1_000 }, 'test');
  };

  it('forgets nothing of the letters that went when no place can be had for the next one', async () => {
    await on.people(6);
    await on.campaign();
    await on.plan();
    await begin(50);
    await on.sql(`CREATE OR REPLACE FUNCTION has_no_place() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN RAISE EXCEPTION 'no place can be had'; END $$`);
    let takenAway: Promise<unknown> | null = null;
    on.sink.script = (stage) => {
      if (stage !== 'message') return null;
      takenAway ??= on.sql(
        `CREATE TRIGGER has_no_place BEFORE UPDATE ON warm_up_days EXECUTE FUNCTION has_no_place()`,
      );
      return { until: takenAway };
    };
    const settled = settleBy(on);
    const gone = () => on.sink.accepted.length;
    await until('what went is written', async () => gone() > 0 && (await counts())['sent null'] === gone());
    await on.sql(`DROP FUNCTION has_no_place CASCADE`);
    await settled;
    expect(await counts()).toEqual({ 'sent null': 6 });
    expect(on.sink.arrived).toHaveLength(6);
  });

  it('a batch of a thousand that a new account refused: no more goes than the day allows, and the rest says why', async () => {
    await on.people(120);
    await on.campaign();
    await on.plan();
    await begin(50);
    on.sink.script = (stage) =>
      stage === 'mail' && on.sink.accepted.length >= 50 ? '550 5.7.1 over your quota of the day' : null;
    expect(await settleBy(on)).toEqual({ going: 0, held: 0 });
    expect(await counts()).toEqual({ 'planned warm_up': 70, 'sent null': 50 });
    expect(await on.reconcile()).toMatchObject({ planned: 120, open: 70, balanced: true });
    expect((await rates(on).status()).warmUps).toMatchObject([{ allowed: 50, taken: 50 }]);
    const waiting = (await on.rows()).filter(({ state }) => state === 'planned');
    const midnight = waiting.map(({ next_attempt_at: at }) => Math.round(at!.getTime() / 60_000) % (24 * 60));
    expect(new Set(midnight)).toEqual(new Set([0]));

    on.sink.script = () => null;
    await tomorrow();
    // Who has read just now how far the day is goes by that for two seconds, and puts some off once more.
    await until('all have theirs', async () => {
      await on.sql(`UPDATE deliveries SET next_attempt_at = NULL WHERE reason = 'warm_up'`);
      await settleBy(on);
      return (await counts())['sent null'] === 120;
    });
  });

  it('gives its places to legal notices first, then to service, then to marketing', async () => {
    await on.people(4);
    await on.campaign({ key: 'offer', class: 'marketing' });
    await on.campaign({ key: 'reminder', class: 'service' });
    await on.campaign({ key: 'notice', class: 'legal' });
    await on.plan();
    await begin(6);
    await settleBy(on);
    const sent = (await on.rows()).filter(({ state }) => state === 'sent').map((row) => row.class);
    expect(sent.toSorted()).toEqual(['legal', 'legal', 'legal', 'legal', 'service', 'service']);
  });

  it('gives a place again that came to nothing: the customer may not be written to, or no server took the message', async () => {
    await on.people(6);
    await on.campaign();
    await on.plan();
    await on.sql(`UPDATE customers SET email = 'no address' WHERE customer_id IN ('c1', 'c2')`);
    let refusals = 5;
    on.sink.script = (stage) => (stage === 'mail' && refusals-- > 0 ? '421 4.3.2 busy' : null);
    await begin(4);
    await settleBy(on);
    expect(await counts()).toEqual({ 'sent null': 4, 'suppressed bad_address': 2 });
  });

  it('holds a letter past its time: expired, and it says for what it waited', async () => {
    await on.people(3);
    await on.campaign();
    await on.plan();
    await begin(1);
    await settleBy(on);
    await on.app.get(DispatchService).tidy(Temporal.Instant.from('2031-06-09T00:00:00Z'));
    expect(await counts()).toEqual({ 'expired warm_up': 2, 'sent null': 1 });
  });
});

describe('a domain that puts mail off', () => {
  it('is left alone, and the mail server that told us so is not held to be broken', async () => {
    await on.people(40);
    await moveTo('busy.example', 20);
    await on.campaign();
    await on.plan();
    let asked = 0;
    on.sink.script = (stage, to) => {
      if (stage !== 'rcpt' || !to?.endsWith('@busy.example')) return null;
      asked += 1;
      return '451 4.7.28 unusual rate of mail from you';
    };
    const run = settleBy(on);
    await until('the others have theirs', () => sentTo('example.com') === 20);
    await until('its own wait', async () => (await counts())['planned domain_backoff'] === 20);
    // As many as were under way when it said so first.
    expect(asked).toBeLessThanOrEqual(4);
    expect((await rates(on).status()).backoffs).toMatchObject([
      { domain: 'busy.example', failures: 1, reply: '451 4.7.28 unusual rate of mail from you' },
    ]);
    expect((await on.app.get(TransportsService).status()).transports).toMatchObject([{ state: 'working' }]);
    on.sink.script = () => null;
    await letWaitsPass(on, run);
    expect(await run).toEqual({ going: 0, held: 0 });
    expect(await counts()).toEqual({ 'sent null': 40 });
    expect(on.sink.accepted).toHaveLength(40);
    await until('it is forgiven', async () => (await rates(on).status()).backoffs.length === 0);
  });

  it('is left alone too when it puts off one after the other without saying why, but not for one of them', async () => {
    await on.people(12);
    await on.campaign();
    await on.plan();
    on.sink.script = (stage, to) =>
      stage === 'rcpt' && to === 'c1@example.com' ? '450 4.2.0 greylisted' : null;
    const run = settleBy(on);
    await until('the others have theirs', () => on.sink.accepted.length === 11);
    expect((await rates(on).status()).backoffs).toEqual([]);
    on.sink.script = () => null;
    await run;

    await on.reset();
    await on.people(30);
    await on.campaign();
    await on.plan();
    on.sink.script = (stage) => (stage === 'rcpt' ? '450 4.3.0 later' : null);
    const second = settleBy(on);
    await until('it is left alone', async () => (await rates(on).status()).backoffs.length === 1);
    on.sink.script = () => null;
    await letWaitsPass(on, second);
    expect(await second).toEqual({ going: 0, held: 0 });
  });

  it('throttling of a provider in the middle of a run: all get theirs in the end, and until then the list says who has not', async () => {
    await on.people(60);
    await on.campaign({ class: 'legal' });
    await on.plan();
    on.sink.script = (stage) =>
      stage === 'message' && on.sink.accepted.length >= 25
        ? '454 Throttling failure: Maximum sending rate exceeded.'
        : null;
    const run = settleBy(on);
    await until('it throttles', async () => (await counts())['planned domain_backoff'] === 35);
    expect(await on.reconcile()).toMatchObject({
      planned: 60,
      open: 35,
      balanced: true,
      states: { sent: 25 },
    });
    const throttled = (await on.rows()).filter(({ smtp_reply: reply }) => reply?.startsWith('454'));
    expect(throttled.length).toBeGreaterThan(0);
    on.sink.script = () => null;
    await letWaitsPass(on, run);
    expect(await run).toEqual({ going: 0, held: 0 });
    expect(await counts()).toEqual({ 'sent null': 60 });
    expect(new Set(on.sink.accepted.map(({ messageId }) => messageId)).size).toBe(60);
  });
});
