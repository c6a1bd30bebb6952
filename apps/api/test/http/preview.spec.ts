import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignsService } from '../../src/features/campaigns/campaigns.service.js';
import { previewSchema, type Preview } from '../../src/features/simulation/preview.schemas.js';
import { SimulatorService } from '../../src/features/simulation/simulator.service.js';
import { whySchema, type Why } from '../../src/features/simulation/why.schemas.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { staffCookie } from '../support/sign-in.js';

let database: TestDatabase;
let app: TestApp;
let cookie: string;

const base = { audience: { all: [] }, catchUpHours: 48 };
const files = [
  {
    ...base,
    ...{ key: 'renewal', name: 'Renewal', class: 'service', topic: 'renewals', subject: 'policy' },
    audience: { field: 'policy.line', op: 'eq', value: 'motor' },
    trigger: { type: 'date', field: 'policy.renewalDate' },
    steps: [{ key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' }],
  },
  {
    ...base,
    ...{
      key: 'news',
      name: 'News',
      class: 'marketing',
      topic: 'newsletter',
      subject: 'customer',
      priority: 5,
    },
    trigger: { type: 'recurring', rrule: 'FREQ=DAILY', at: '09:00' },
    steps: [{ key: 'issue', offsetDays: 0, template: 'newsletter' }],
    startsOn: '2026-11-23',
    endsOn: '2026-11-25',
  },
];

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock: new SettableClock('2026-11-22T12:00:00Z') });
  await database.dataSource.query(`
    UPDATE contact_limits SET cap_contacts = 1, cap_days = 2;
    INSERT INTO customers (customer_id, email, time_zone) VALUES
      ('C1', 'family@example.com', 'Europe/Madrid'), ('C2', 'Family@example.com', 'Europe/Madrid'),
      ('C3', 'c3@example.com', 'Europe/Madrid');
    INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date) VALUES
      ('P1', 'C1', 'motor', 'in_force', '2024-12-24', '2026-12-24'), ('P2', 'C1', 'home', 'in_force', '2024-12-24', '2026-12-24'),
      ('P3', 'C3', 'motor', 'in_force', '2024-12-24', '2026-12-24');
    INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
    SELECT customer_id, '*', true, 'test', true, '2026-01-01Z' FROM customers WHERE customer_id <> 'C3'`);
  for (const file of files) {
    await app.get(CampaignsService).apply(JSON.stringify(file), { activate: true, actor: 'test' });
  }
  cookie = await staffCookie(app, 'service');
});

afterAll(async () => {
  await app.close();
  await database.close();
});

async function get(path: string): Promise<unknown> {
  const response = await fetch(`${app.url}/api/staff/${path}`, { headers: { cookie } });
  return response.status === 200 ? response.json() : response.status;
}

const preview = async (id: string): Promise<Preview> =>
  previewSchema.parse(await get(`customers/${id}/preview?days=60`));
const why = async (key: string, id: string): Promise<Why> =>
  whySchema.parse(await get(`campaigns/${key}/why/${id}`));

describe('the preview of one customer', () => {
  it('tells what comes in order of time, why, and what became of what could not go', async () => {
    const { items } = await preview('C1');
    expect(items.map(({ dueAt }) => dueAt)).toEqual(items.map(({ dueAt }) => dueAt).toSorted());
    expect(items.filter(({ campaign }) => campaign === 'news').map(({ because }) => because)).toEqual(
      ['2026-11-23', '2026-11-24', '2026-11-25'].map(
        (day) => `on ${day}, one of the campaign's regular days`,
      ),
    );
    const renewal = items.filter(({ campaign }) => campaign === 'renewal');
    expect(renewal).toMatchObject([
      {
        date: '2026-11-24',
        outcome: 'sent',
        policyId: 'P1',
        because: '30 days before the renewal date, 2026-12-24',
      },
    ]);
  });

  it('counts the places of those who share the address, and is the simulation of the whole book in small', async () => {
    const all = await Promise.all(['C1', 'C2', 'C3'].map(preview));
    const result = await app.get(SimulatorService).run({ from: '2026-11-22', days: 60 });
    const sent = all.flatMap(({ items }) => items).filter(({ outcome }) => outcome === 'sent');
    for (const { date, byCampaign } of result.days) {
      for (const key of ['renewal', 'news']) {
        expect(sent.filter((item) => item.date === date && item.campaign === key)).toHaveLength(
          byCampaign[key] ?? 0,
        );
      }
    }
    // Two at one address, one letter in any two days: not everybody gets every issue.
    const news = all.slice(0, 2).flatMap(({ items }) => items.filter(({ campaign }) => campaign === 'news'));
    expect(news.some(({ putOff }) => putOff.some(({ reason }) => reason === 'frequency_cap'))).toBe(true);
    expect(all[2]!.items.filter(({ reason }) => reason === 'no_consent')).toHaveLength(3);
  });

  it('knows nobody who is not in the book', async () => {
    expect(await get('customers/nobody/preview')).toBe(404);
  });
});

describe('why somebody is in or out', () => {
  it('is told of each policy by the rule, its dates and the gate', async () => {
    const { inAudience, subjects, gate } = await why('renewal', 'C1');
    expect(inAudience).toBe(true);
    expect(subjects.map(({ policyId, inAudience: isIn }) => [policyId, isIn])).toEqual([
      ['P1', true],
      ['P2', false],
    ]);
    expect(subjects[1]!.audience).toMatchObject({
      matched: false,
      text: expect.stringContaining('it is home'),
    });
    expect(subjects[0]!.dates).toEqual([
      { step: 't-30', date: '2026-11-24', because: '30 days before the renewal date, 2026-12-24' },
    ]);
    expect(gate).toMatchObject({ allowed: true, reason: null });
  });

  it('says what the gate has against a person', async () => {
    expect((await why('news', 'C3')).gate).toEqual({
      ...{ allowed: false, reason: 'no_consent', text: 'The customer has not agreed to marketing.' },
    });
    expect(await get('campaigns/news/why/nobody')).toBe(404);
    expect(await get('campaigns/none/why/C3')).toBe(404);
  });
});
