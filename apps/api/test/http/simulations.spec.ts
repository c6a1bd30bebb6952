import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignsService } from '../../src/features/campaigns/campaigns.service.js';
import {
  simulationPageSchema,
  simulationSchema,
  type Simulation,
} from '../../src/features/simulation/simulations.schemas.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { postJson, staffCookie } from '../support/sign-in.js';

let database: TestDatabase;
let app: TestApp;
const cookies: Record<string, string> = {};

const campaign = (key: string, change: object = {}) => ({
  ...{ key, name: key, class: 'service', topic: 'renewals', subject: 'policy', audience: { all: [] } },
  trigger: { type: 'date', field: 'policy.renewalDate' },
  steps: [{ key: 't-7', offsetDays: -7, at: '09:00', template: 'renewal-reminder' }],
  ...change,
});

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({
    database,
    clock: new SettableClock('2026-11-22T12:00:00Z'),
    config: { roles: new Set(['web', 'worker']) },
  });
  await database.dataSource.query(`
    INSERT INTO customers (customer_id, email, time_zone) VALUES
      ('C1', 'c1@example.com', 'Europe/Madrid'), ('C2', NULL, 'Asia/Shanghai');
    INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date) VALUES
      ('P1', 'C1', 'motor', 'in_force', '2024-12-22', '2026-12-22'), ('P2', 'C1', 'home', 'in_force', '2024-12-24', '2026-12-24'),
      ('P3', 'C2', 'motor', 'in_force', '2024-12-24', '2026-12-24')`);
  const apply = (file: object, activate: boolean) =>
    app.get(CampaignsService).apply(JSON.stringify(file), { activate, actor: 'test' });
  await apply(campaign('motor', { audience: { field: 'policy.line', op: 'eq', value: 'motor' } }), true);
  await apply(campaign('home', { audience: { field: 'policy.line', op: 'eq', value: 'home' } }), false);
  for (const role of ['marketing', 'service'] as const) cookies[role] = await staffCookie(app, role);
});

afterAll(async () => {
  await app.close();
  await database.close();
});

const start = (body: object, role = 'marketing') =>
  postJson(app, '/api/staff/simulations', body, cookies[role]);

async function get(simulationId: string): Promise<Simulation> {
  const response = await fetch(`${app.url}/api/staff/simulations/${simulationId}`, {
    headers: { cookie: cookies['service']! },
  });
  return simulationSchema.parse(await response.json());
}

/** Waits until a run is in one of some states. */
async function whenIn(simulationId: string, states: readonly string[]): Promise<Simulation> {
  for (const end = performance.now() + 120_000; performance.now() < end;) {
    const found = await get(simulationId);
    if (states.includes(found.state)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the run is still ${(await get(simulationId)).state}`);
}

async function idOf(response: Response): Promise<string> {
  expect(response.status).toBe(202);
  return ((await response.json()) as { simulationId: string }).simulationId;
}

describe('runs of the time machine', () => {
  it('are done by a worker, and tell what would be sent and what not, and why', async () => {
    const simulationId = await idOf(await start({ from: '2026-12-10', days: 10 }));
    const { state, progress, result } = await whenIn(simulationId, ['done', 'failed']);
    expect(state).toBe('done');
    expect(progress).toEqual({ campaigns: 1, campaignsDone: 1, days: 10, daysWalked: 10 });
    expect(result!.days).toHaveLength(10);
    expect(result!.days.filter(({ total }) => total > 0)).toEqual([
      { date: '2026-12-15', total: 1, byCampaign: { motor: 1 }, byClass: { service: 1 } },
    ]);
    expect(result!.suppressed).toEqual({
      total: 1,
      byReason: { no_address: 1 },
      byCampaign: { motor: { no_address: 1 } },
    });
    expect(result!.people).toMatchObject({ insured: 2, hearNothing: { count: 1, sample: ['C2'] } });
    expect(result!.peak).toMatchObject({ hour: '2026-12-15T08:00:00.000Z', mails: 1 });
  });

  it('take a draft for running beside the others, and tell of one campaign alone', async () => {
    const simulationId = await idOf(await start({ from: '2026-12-10', days: 10, draft: 'home' }));
    const { result } = await whenIn(simulationId, ['done', 'failed']);
    expect(result!.byCampaign).toEqual({ motor: 1, home: 1 });
    const alone = await idOf(await start({ from: '2026-12-10', days: 10, draft: 'home', campaign: 'home' }));
    expect((await whenIn(alone, ['done', 'failed'])).result!.byCampaign).toEqual({ home: 1 });
  });

  it('name the windows of statutory notices that a legal campaign misses, and how many policies that is about', async () => {
    await database.dataSource.query(`
      INSERT INTO customers (customer_id, email, region) VALUES ('C9', 'c9@example.com', 'US-CA');
      INSERT INTO policies (policy_id, customer_id, line, status, start_date, grace_ends_on, status_since) VALUES
        ('P9', 'C9', 'life', 'grace', '2020-01-01', '2027-01-20', '2026-11-20')`);
    const late = campaign('lapse-notice', {
      ...{ class: 'legal', topic: 'payments' },
      audience: { field: 'policy.line', op: 'eq', value: 'life' },
      trigger: { type: 'date', field: 'policy.graceEnd' },
      steps: [{ key: 'end-5', offsetDays: -5, at: '09:00', template: 'renewal-reminder' }],
    });
    await app.get(CampaignsService).apply(JSON.stringify(late), { activate: false, actor: 'test' });
    const simulationId = await idOf(await start({ from: '2026-12-10', days: 60, draft: 'lapse-notice' }));
    const { result } = await whenIn(simulationId, ['done', 'failed']);
    expect(result!.statutory).toContainEqual(
      expect.objectContaining({ campaign: 'lapse-notice', jurisdiction: 'US-CA', policies: 1 }),
    );
  });

  it('leave nothing behind in the ledger', async () => {
    expect(await database.dataSource.query('SELECT * FROM deliveries')).toEqual([]);
  });

  it('say what is wrong: a campaign that is none, and a request that is none', async () => {
    const simulationId = await idOf(await start({ from: '2026-12-10', days: 10, campaign: 'nobody' }));
    const { state, error } = await whenIn(simulationId, ['done', 'failed']);
    expect([state, error!.code]).toEqual(['failed', 'not_found']);
    expect((await start({ from: '2026-02-30', days: 10 })).status).toBe(400);
    expect((await start({ from: '2026-12-10', days: 401 })).status).toBe(400);
  });

  it('end when they are cancelled, in the middle of a statement too', async () => {
    const blocker = database.dataSource.createQueryRunner();
    await blocker.startTransaction();
    try {
      // The run has to wait for this one, as it would wait for a slow statement.
      await blocker.query('LOCK TABLE consent_state IN ACCESS EXCLUSIVE MODE');
      const simulationId = await idOf(await start({ from: '2026-12-10', days: 10 }));
      await whenIn(simulationId, ['running']);
      const path = `/api/staff/simulations/${simulationId}/cancel`;
      expect((await postJson(app, path, {}, cookies['service'])).status).toBe(403);
      expect((await postJson(app, path, {}, cookies['marketing'])).status).toBe(200);
      expect(await whenIn(simulationId, ['cancelled', 'failed', 'done'])).toMatchObject({
        state: 'cancelled',
        result: null,
      });
    } finally {
      await blocker.rollbackTransaction();
      await blocker.release();
    }
  });

  it('have failed when the machine at work on them is gone', async () => {
    const simulationId = randomUUID();
    await database.dataSource.query(
      `INSERT INTO simulations (simulation_id, state, request, requested_by)
       VALUES ($1, 'running', '{"from": "2026-12-10", "days": 1}', 'test')`,
      [simulationId],
    );
    expect(await get(simulationId)).toMatchObject({ state: 'failed', error: { code: 'worker_lost' } });
  });

  it('may be asked for by those who plan, and are listed for all staff, newest first', async () => {
    expect((await start({ from: '2026-12-10', days: 1 }, 'service')).status).toBe(403);
    const response = await fetch(`${app.url}/api/staff/simulations?limit=2`, {
      headers: { cookie: cookies['service']! },
    });
    const page = simulationPageSchema.parse(await response.json());
    expect(page.items.map(({ state }) => state)).toEqual(['failed', 'cancelled']);
    expect(page.nextCursor).not.toBeNull();
  });
});
