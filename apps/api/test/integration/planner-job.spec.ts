import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PlanJob } from '../../src/features/campaigns/plan.job.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';

let database: TestDatabase;
let apps: TestApp[];

const runs = { active: 0, most: 0, done: 0, asOf: [] as string[] };
const plan = vi.spyOn(PlannerService.prototype, 'plan');

beforeAll(async () => {
  plan.mockImplementation(async (asOf) => {
    runs.most = Math.max(runs.most, ++runs.active);
    await sleep(200);
    runs.active -= 1;
    runs.done += 1;
    runs.asOf.push(asOf.toString());
    if (runs.done === 2) throw new Error('the database is away');
    return { asOf: asOf.toString(), planned: 0, expired: 0, heldOut: 0, byCampaign: {} };
  });
  database = await testDatabase();
  const clock = new SettableClock('2026-11-22T09:00:00Z');
  const config = { roles: new Set(['scheduler'] as const), sending: false };
  apps = await Promise.all([1, 2].map(() => testApp({ database, clock, config })));
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.close();
  plan.mockRestore();
});

describe('schedulers', () => {
  it('plan one at a time on all machines, however many ask, and again after one that failed', async () => {
    const jobs = apps.map((app) => app.get(PlanJob));
    await vi.waitFor(
      async () => {
        await Promise.all([...jobs, ...jobs].map((job) => job.tick()));
        expect(runs.done).toBeGreaterThanOrEqual(4);
      },
      { timeout: 120_000, interval: 50 },
    );
    expect(runs.most).toBe(1);
    expect(new Set(runs.asOf)).toEqual(new Set(['2026-11-22T09:00:00Z']));
  });
});
