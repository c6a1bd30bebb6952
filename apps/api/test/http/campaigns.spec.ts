import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  campaignDetailSchema,
  campaignPageSchema,
  campaignUpcomingSchema,
  funnelSchema,
} from '../../src/features/campaigns/campaigns.schemas.js';
import { CampaignsService } from '../../src/features/campaigns/campaigns.service.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { postJson, staffCookie } from '../support/sign-in.js';

const now = '2026-11-22T12:00:00Z';
let database: TestDatabase;
let app: TestApp;
let cookie: string;

const base = { class: 'service', topic: 'renewals', subject: 'policy', audience: { all: [] } };
const step = (offsetDays: number) => ({
  key: `d${offsetDays}`,
  offsetDays,
  at: '09:00',
  template: 'renewal-reminder',
});
const files = [
  {
    ...base,
    ...{ key: 'motor', name: 'Motor', priority: 40, trigger: { type: 'date', field: 'policy.renewalDate' } },
    audience: { all: [{ field: 'policy.line', op: 'eq', value: 'motor' }] },
    exitWhen: { field: 'policy.renewed', op: 'eq', value: true },
    steps: [step(-30), step(-3)],
  },
  {
    ...base,
    key: 'welcome',
    name: 'A welcome',
    trigger: { type: 'date', field: 'policy.startDate' },
    steps: [step(1)],
  },
  {
    ...base,
    ...{ key: 'news', name: 'News', class: 'marketing', topic: 'newsletter', priority: 5 },
    ...{ trigger: { type: 'once', at: '2026-11-24T10:00' }, steps: [step(0)] },
  },
];

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock: new SettableClock(now) });
  await database.dataSource.query(`
    INSERT INTO customers (customer_id, time_zone) VALUES ('C1', 'Europe/Madrid'), ('C2', NULL);
    INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date) VALUES
      ('P1', 'C1', 'motor', 'in_force', '2024-12-22', '2026-12-22'),
      ('P2', 'C2', 'motor', 'in_force', '2024-12-24', '2026-12-24'),
      ('P3', 'C2', 'home', 'in_force', '2024-12-24', '2026-12-24')`);
  for (const file of files) {
    const activate = file.key !== 'welcome';
    await app.get(CampaignsService).apply(JSON.stringify(file), { activate, actor: 'test' });
  }
  await app.get(PlannerService).plan(Temporal.Instant.from(now));
  cookie = await staffCookie(app, 'service');
});
afterAll(async () => {
  await app.close();
  await database.close();
});

async function get(path: string): Promise<unknown> {
  const response = await fetch(`${app.url}/api/staff/campaigns${path}`, { headers: { cookie } });
  expect(response.status).toBe(200);
  return response.json();
}
const list = async (query: string) => campaignPageSchema.parse(await get(query));
const keys = async (query: string) => (await list(query)).items.map(({ key }) => key);

describe('the list of campaigns', () => {
  it('counts what each has in the ledger', async () => {
    const { items, total } = await list('');
    expect(total).toBe(3);
    expect(items.map(({ key, state, stepCount, counts }) => [key, state, stepCount, counts.open])).toEqual([
      ['welcome', 'draft', 1, 0],
      ['motor', 'active', 2, 1],
      ['news', 'active', 1, 0],
    ]);
    expect(items[1]!.nextDueAt).toBe('2026-11-22T08:00:00.000Z');
  });

  it('is searched, filtered, sorted and turned page by page', async () => {
    expect(await keys('?q=NEWSLETTER')).toEqual(['news']);
    expect(await keys('?state=draft')).toEqual(['welcome']);
    expect(await keys('?class=marketing')).toEqual(['news']);
    expect(await keys('?sort=-priority')).toEqual(['motor', 'welcome', 'news']);
    expect(await keys('?sort=nextDueAt')).toEqual(['motor', 'news', 'welcome']);
    const first = await list('?limit=2');
    expect(first.items).toHaveLength(2);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ key: 'news' }], nextCursor: null, total: 3 });
  });
});

describe('one campaign', () => {
  it('is shown with its rule in words, its steps and when each comes next', async () => {
    const detail = campaignDetailSchema.parse(await get('/motor'));
    expect(detail).toMatchObject({
      ...{ audienceText: 'line is motor', exitText: 'renewal of this term is yes', version: 1 },
      versions: [{ version: 1, active: true, createdBy: 'test' }],
    });
    expect(detail.definition).toMatchObject({ key: 'motor', catchUpHours: 48 });
    expect(detail.steps).toMatchObject([
      {
        step: 'd-30',
        open: 1,
        nextDueAt: '2026-11-22T08:00:00.000Z',
        plannedUntil: '2026-11-22T12:00:00.000Z',
      },
      { step: 'd-3', open: 0, nextDueAt: '2026-12-19T08:00:00.000Z' },
    ]);
  });

  it('tells day by day what it will send, waiting rows and those to come alike', async () => {
    expect(campaignUpcomingSchema.parse(await get('/motor/upcoming?days=31'))).toEqual({
      ...{ from: '2026-11-22', to: '2026-12-22' },
      days: [
        { date: '2026-11-22', steps: [{ step: 'd-30', count: 1 }] },
        { date: '2026-11-24', steps: [{ step: 'd-30', count: 1 }] },
        { date: '2026-12-19', steps: [{ step: 'd-3', count: 1 }] },
        { date: '2026-12-21', steps: [{ step: 'd-3', count: 1 }] },
      ],
    });
    expect(await get('/news/upcoming')).toMatchObject({
      days: [{ date: '2026-11-24', steps: [{ step: 'd0', count: 3 }] }],
    });
  });

  it('has a funnel that sums to everybody', async () => {
    const funnel = funnelSchema.parse(await get('/motor/funnel'));
    expect(funnel).toMatchObject({ audience: 1, balanced: true, states: { planned: 1, sent: 0 } });
    expect(funnelSchema.parse(await get('/motor/funnel?step=d-3')).audience).toBe(0);
  });

  it('is not found under a key that none has', async () => {
    for (const path of ['/none', '/none/funnel', '/none/upcoming']) {
      const response = await fetch(`${app.url}/api/staff/campaigns${path}`, { headers: { cookie } });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
        404,
        'not_found',
      ]);
    }
  });

  it('is paused, resumed and stopped by marketing, and by nobody who only serves', async () => {
    expect((await postJson(app, '/api/staff/campaigns/news/pause', {}, cookie)).status).toBe(403);
    const marketing = await staffCookie(app, 'marketing');
    const states = [];
    for (const action of ['pause', 'resume', 'stop', 'resume']) {
      const response = await postJson(app, `/api/staff/campaigns/news/${action}`, {}, marketing);
      const body = (await response.json()) as { state?: string; code?: string };
      states.push([response.status, body.state ?? body.code]);
    }
    expect(states).toEqual([
      [200, 'paused'],
      [200, 'active'],
      [200, 'stopped'],
      [409, 'wrong_state'],
    ]);
  });
});
