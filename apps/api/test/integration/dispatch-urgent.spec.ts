import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { asOf, harness, type Harness } from './deliver-fixture.js';
import { rates } from './rates-fixture.js';

let on: Harness;
beforeAll(async () => {
  on = await harness();
});
afterEach(() => vi.useRealTimers());
afterAll(() => on.close());

it('what falls due while a slow server is fed is released within seconds, before much of the rest has gone', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const release = () => on.app.get(DispatchService).release(asOf, asOf);
  await rates(on).setLimit({ scope: 'total', name: '', perSecond: 2 }, 'test');
  await on.people(60);
  await on.campaign({ class: 'marketing' });
  await on.plan();
  expect(await release()).toBe(60);
  await on.campaign({ key: 'notice', class: 'legal' });
  await on.plan();
  // One of six chunks is worked off: not yet a quarter.
  await on.sql(`DELETE FROM dispatch_chunks WHERE chunk_id = (SELECT chunk_id FROM dispatch_chunks LIMIT 1)`);
  expect(await release()).toBe(0);
  vi.advanceTimersByTime(5_000);
  expect(await release()).toBe(10);
  const [released] = await on.sql<{ class: string; rows: number }>(
    `SELECT class, count(*)::int AS rows FROM deliveries WHERE class = 'legal' AND chunk_id IS NOT NULL GROUP BY 1`,
  );
  expect(released).toEqual({ class: 'legal', rows: 10 });
});
