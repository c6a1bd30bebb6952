import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveriesService } from '../../src/features/deliveries/deliveries.service.js';
import { TransportsService } from '../../src/features/deliveries/transports.service.js';
import { harness, until, type Harness } from '../integration/deliver-fixture.js';
import { startSink, type Sink } from '../integration/deliver-sink.js';
import { resetRates } from '../integration/rates-fixture.js';

describe('two mail servers', () => {
  let on: Harness;
  let second: Sink;
  beforeAll(async () => {
    second = await startSink();
    on = await harness({ fallbackUrls: [second.url] });
  });
  beforeEach(async () => {
    await on.reset();
    await resetRates(on);
    second.accepted.length = 0;
    second.arrived.length = 0;
    second.script = () => null;
    await on.people(30);
    await on.campaign();
    await on.plan();
  });
  afterAll(async () => {
    await on.close();
    await second.close();
  });

  const status = () => on.app.get(TransportsService).status();
  const nameOf = (sink: Sink) => new URL(sink.url).host;
  const delivered = () => [...on.sink.accepted, ...second.accepted].map(({ deliveryId }) => deliveryId);

  it('the first has all mail while it takes it', async () => {
    await on.settle();
    expect([on.sink.accepted.length, second.accepted.length]).toEqual([30, 0]);
    expect(await status()).toMatchObject({
      transports: [
        { name: nameOf(on.sink), state: 'working' },
        { name: nameOf(second), state: 'working' },
      ],
      using: nameOf(on.sink),
    });
  });

  it('the second steps in when the first is gone, which says why and since when, and has mail again when it is back', async () => {
    await on.sink.down();
    const begun = Date.now();
    await on.settle();
    expect(second.accepted).toHaveLength(30);
    expect((await on.rows()).map(({ state, attempts }) => [state, attempts])).toEqual(
      Array(30).fill(['sent', 0]),
    );
    const { transports, using } = await status();
    expect(transports[0]).toMatchObject({ name: nameOf(on.sink), reason: 'unreachable' });
    expect(transports[0]!.detail).toContain('ECONNREFUSED');
    expect(transports[0]!.since!.getTime()).toBeGreaterThanOrEqual(begun - 1_000);
    expect(transports[0]!.retryAt!.getTime()).toBeGreaterThan(transports[0]!.since!.getTime());
    expect([nameOf(on.sink), nameOf(second)]).toContain(using);
    // Mail goes out, so the desk has nothing to complain of.
    expect(await on.app.get(DeliveriesService).sendingStatus()).toMatchObject({ on: true, reason: null });

    await on.sink.up();
    await on.sql(`UPDATE mail_trouble SET retry_at = clock_timestamp() - interval '1 s'`);
    await on.campaign({ key: 'second-one' });
    await on.plan();
    await on.settle();
    expect([on.sink.accepted.length, second.accepted.length]).toEqual([30, 30]);
    await until('its trouble is over', async () => (await status()).transports[0]!.state === 'working');
  });

  it('the first fails in the middle of a run: everybody has one letter, whichever server it went over', async () => {
    on.sink.script = (stage) =>
      on.sink.accepted.length >= 10 && stage === 'mail' ? '421 4.3.2 going down' : null;
    await on.settle();
    expect(on.sink.accepted.length).toBeGreaterThanOrEqual(10);
    expect(second.accepted.length).toBeGreaterThan(0);
    expect(delivered()).toHaveLength(30);
    expect(new Set(delivered()).size).toBe(30);
    expect((await status()).transports[0]).toMatchObject({
      reason: 'server_refused',
      detail: '421 4.3.2 going down',
    });
  });

  it('none takes mail: nothing is lost, each says why it is left alone, and all goes when one is back', async () => {
    await on.sink.down();
    await second.down();
    const run = on.settle();
    await until('both are known to be gone', async () => {
      const { transports } = await status();
      return transports.every(({ reason }) => reason === 'unreachable');
    });
    expect(await on.app.get(DeliveriesService).sendingStatus()).toMatchObject({ reason: 'mail_server_down' });
    expect(await on.reconcile()).toMatchObject({ open: 30, balanced: true });
    await second.up();
    expect(await run).toEqual({ going: 0, held: 0 });
    expect(second.accepted).toHaveLength(30);
    await on.sink.up();
  });
});
