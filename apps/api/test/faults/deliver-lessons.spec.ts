import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignsService } from '../../src/features/campaigns/campaigns.service.js';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { asOf, harness, until, type Harness, type LedgerRow } from '../integration/deliver-fixture.js';
import { letWaitsPass, resetRates } from '../integration/rates-fixture.js';
import { expectLedgerAndSinkToAgree } from './deliver-laws.js';

const jobs = async (on: Harness) => {
  const [row] = await on.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'dispatch' AND state IN ('created', 'retry', 'active')`,
  );
  return row!.n;
};

/** Mishaps of other senders, each from a public report. */
describe('what has gone wrong for others', () => {
  let on: Harness;
  beforeAll(async () => {
    on = await harness();
  });
  beforeEach(async () => {
    await on.reset();
    await resetRates(on);
  });
  afterAll(() => on.close());

  it('throttled rows queued every minute as further ones: a row keeps its identity, and waits out of the queue', async () => {
    await on.people(20);
    await on.campaign();
    await on.plan();
    const before = (await on.rows()).map(({ delivery_id: id }) => id);
    on.sink.script = (stage) => (stage === 'rcpt' ? '452 4.5.3 too many, later' : null);
    const run = on.settle();
    const throttled = ({ state, reason, next_attempt_at: at }: LedgerRow) =>
      state === 'planned' && reason === 'domain_backoff' && at !== null;
    await until('all are throttled', async () => (await on.rows()).every(throttled));
    expect((await on.rows()).map(({ delivery_id: id }) => id)).toEqual(before);
    // Few have been tried before the domain was left alone, and none waits in the queue.
    expect(on.sink.arrived).toEqual([]);
    expect((await on.rows()).filter(({ attempts }) => attempts > 0).length).toBeLessThanOrEqual(8);
    await until('the queue is empty', async () => (await jobs(on)) === 0);
    on.sink.script = () => null;
    await letWaitsPass(on, run);
    expect(await run).toEqual({ going: 0, held: 0 });
    await expectLedgerAndSinkToAgree(on, 0);
    expect(on.sink.accepted).toHaveLength(20);
    await until('the queue is empty', async () => (await jobs(on)) === 0);
  });

  it('a run that nobody could cancel: a stopped campaign ends with the messages under way, and says who got none', async () => {
    await on.people(200);
    await on.campaign();
    await on.plan();
    on.sink.script = (stage) => (stage === 'message' ? { waitMs: 50 } : null);
    const run = on.settle();
    await until('a few have arrived', () => on.sink.arrived.length >= 20);
    const before = on.sink.arrived.length;
    await on.app.get(CampaignsService).stop('motor-renewal', 'test');
    const stoppedAt = on.sink.arrived.length;
    // Whoever looks while it is being stopped finds it paused.
    expect(await run).toMatchObject({ going: 0 });
    const states = Map.groupBy(await on.rows(), ({ state }) => state);
    expect([...states.keys()].toSorted()).toEqual(['cancelled', 'sent']);
    expect(states.get('sent')).toHaveLength(on.sink.accepted.length);
    // Four connections, and as many that had their mark when the stop came.
    expect(on.sink.arrived.length - stoppedAt).toBeLessThanOrEqual(8);
    expect(before).toBeLessThan(200);
    expect(await on.reconcile()).toMatchObject({ planned: 200, open: 0, balanced: true });
  });

  it('a batch keyed by address that lost a family its mails: everybody has a row, and by default a letter', async () => {
    await on.people(3);
    await on.sql(`UPDATE customers SET email = 'home@example.com'`);
    await on.campaign();
    await on.plan();
    await on.settle();
    expect(on.sink.accepted.map(({ to }) => to)).toEqual(Array(3).fill('home@example.com'));
    expect(new Set(on.sink.accepted.map(({ messageId }) => messageId)).size).toBe(3);
    await expectLedgerAndSinkToAgree(on, 0);
  });
});

describe('what has gone wrong for others, before anything is sent', () => {
  it('a queue as long as the list: however much is due, so much is released and no more', async () => {
    const on = await harness();
    await on.people(11_000);
    await on.campaign();
    await on.plan();
    const dispatch = on.app.get(DispatchService);
    expect(await dispatch.release(asOf, asOf)).toBe(10_000);
    expect(await dispatch.release(asOf, asOf)).toBe(0);
    expect(await jobs(on)).toBe(20);
    await on.close();
  });
});
