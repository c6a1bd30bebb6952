import { campaignSchema, type Campaign } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LedgerPartitionsRepository } from '../../src/features/campaigns/ledger-partitions.repository.js';
import { RunningVersionsRepository } from '../../src/features/campaigns/running-versions.repository.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { addVersion, clearCampaigns, ledgerRows, plannerOn, startCampaign } from './planner-support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await clearCampaigns(database.dataSource);
  await database.dataSource.query('TRUNCATE customers, policies, imports CASCADE');
});

const at = (text: string) => Temporal.Instant.from(text);

/** Policies of one customer each, with the renewal dates and zones given. */
async function book(
  ...policies: { id: string; renewal: string; zone?: string; line?: string }[]
): Promise<void> {
  for (const { id, renewal, zone = 'UTC', line = 'motor' } of policies) {
    await database.dataSource.query('INSERT INTO customers (customer_id, time_zone) VALUES ($1, $2)', [
      `c${id}`,
      zone,
    ]);
    await database.dataSource.query(
      `INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date)
       VALUES ($1, $2, $3, 'in_force', '2020-01-01', $4)`,
      [id, `c${id}`, line, renewal],
    );
  }
}

function renewal(given: Partial<Record<keyof Campaign, unknown>> = {}): Campaign {
  return campaignSchema.parse({
    ...{ key: 'renewal', name: 'Renewal', class: 'service', topic: 'renewals', subject: 'policy' },
    audience: { field: 'policy.line', op: 'eq', value: 'motor' },
    trigger: { type: 'date', field: 'policy.renewalDate' },
    steps: [
      { key: 't-3', offsetDays: -3, at: '09:00', template: 'renewal-reminder' },
      { key: 't-2', offsetDays: -2, at: '09:00', template: 'renewal-reminder' },
      { key: 't-1', offsetDays: -1, at: '09:00', template: 'renewal-reminder' },
    ],
    catchUpHours: 72,
    ...given,
  });
}

/** A campaign whose steps are planned up to an instant. */
function start(campaign: Campaign, plannedUntil: string): Promise<string> {
  const watermarks = Object.fromEntries(campaign.steps.map(({ key }) => [key, at(plannedUntil)]));
  return startCampaign(database.dataSource, campaign, watermarks);
}

async function states(): Promise<string[]> {
  const rows = await ledgerRows(database.dataSource);
  return rows
    .map(({ subjectId, step, state, reason }) => [subjectId, step, state, reason ?? ''].join(' ').trim())
    .sort();
}

const dayEarlier = { start: '2026-03-08T12:00Z', now: '2026-03-09T12:00Z' };

describe('planning', () => {
  it('sends whoever comes in late the latest step alone', async () => {
    await book({ id: 'p', renewal: '2026-03-10' });
    await start(renewal(), dayEarlier.start);
    await plannerOn(database.dataSource).plan(at(dayEarlier.now));
    expect(await states()).toEqual(['p t-1 planned', 'p t-2 expired superseded', 'p t-3 expired superseded']);
  });

  it('catches up within the window and says what it missed beyond it', async () => {
    await book({ id: 'p', renewal: '2026-03-10' }, { id: 'q', renewal: '2026-03-16' });
    await start(renewal({ catchUpHours: 24 }), '2026-03-01T00:00Z');
    await plannerOn(database.dataSource).plan(at('2026-03-14T12:00Z'));
    const missed = (row: string) => `${row} expired missed_window`;
    expect(await states()).toEqual([
      ...['p t-1', 'p t-2', 'p t-3'].map(missed),
      'q t-2 planned',
      missed('q t-3'),
    ]);
  });

  it('draws both edges of the window where the reference draws them', async () => {
    // Due at 09:00 on the 7th, 8th and 9th: the first just outside a window of 48 hours, the last just now.
    await book({ id: 'p', renewal: '2026-03-10' });
    await start(renewal({ catchUpHours: 48 }), '2026-03-01T00:00Z');
    const planner = plannerOn(database.dataSource);
    await planner.plan(at('2026-03-09T08:59:59Z'));
    expect(await states()).toEqual(['p t-2 planned', 'p t-3 expired superseded']);
    await planner.plan(at('2026-03-09T09:00Z'));
    expect(await states()).toEqual(['p t-1 planned', 'p t-2 planned', 'p t-3 expired superseded']);
    await clearCampaigns(database.dataSource);
    await start(renewal({ catchUpHours: 48 }), '2026-03-01T00:00Z');
    await planner.plan(at('2026-03-09T09:00Z'));
    expect(await states()).toEqual([
      'p t-1 planned',
      'p t-2 expired superseded',
      'p t-3 expired missed_window',
    ]);
  });

  it('gives a step whose offset was edited no second life', async () => {
    await book({ id: 'p', renewal: '2026-03-10' });
    const campaignId = await start(renewal(), '2026-03-07T08:00Z');
    const planner = plannerOn(database.dataSource);
    await planner.plan(at('2026-03-07T12:00Z'));
    const edited = renewal({
      steps: [{ key: 't-3', offsetDays: -2, at: '09:00', template: 'renewal-reminder' }],
    });
    await database.dataSource.query('UPDATE campaign_versions SET running = NULL');
    await addVersion(database.dataSource, campaignId, edited, { version: 2, running: 'open' });
    await planner.plan(at('2026-03-08T12:00Z'));
    expect(await states()).toEqual(['p t-3 planned']);
  });

  it('plans nothing of a campaign that is paused, and catches up when it goes on', async () => {
    await book({ id: 'p', renewal: '2026-03-10' });
    await start(renewal(), '2026-03-09T08:00Z');
    const planner = plannerOn(database.dataSource);
    await database.dataSource.query(`UPDATE campaigns SET state = 'paused'`);
    expect(await planner.plan(at('2026-03-09T12:00Z'))).toMatchObject({ planned: 0, byCampaign: {} });
    await database.dataSource.query(`UPDATE campaigns SET state = 'active'`);
    expect(await planner.plan(at('2026-03-09T13:00Z'))).toMatchObject({ planned: 1 });
  });

  it('leaves a step alone whose campaign is paused while the tick runs', async () => {
    await book({ id: 'p', renewal: '2026-03-10' });
    await start(renewal(), dayEarlier.start);
    const ensure = vi
      .spyOn(LedgerPartitionsRepository.prototype, 'ensure')
      .mockImplementationOnce(async (tx) => {
        await tx.query(`UPDATE campaigns SET state = 'paused'`);
      });
    expect(await plannerOn(database.dataSource).plan(at(dayEarlier.now))).toMatchObject({
      planned: 0,
      expired: 0,
    });
    ensure.mockRestore();
  });

  it('is in the dark about nobody: a zone that this machine does not know is kept in UTC', async () => {
    await book({ id: 'p', renewal: '2026-03-10', zone: 'Mars/Olympus' });
    await start(renewal(), '2026-03-09T08:00Z');
    await plannerOn(database.dataSource).plan(at('2026-03-09T09:00Z'));
    expect(await states()).toContain('p t-1 planned');
  });

  it('lets a customer whose policies meet the exit rule go', async () => {
    await book({ id: 'p', renewal: '2026-03-10' }, { id: 'q', renewal: '2026-03-10', line: 'home' });
    const once = renewal({
      ...{ subject: 'customer', trigger: { type: 'once', at: '2026-03-09T09:00' }, audience: { all: [] } },
      exitWhen: { field: 'policy.line', op: 'eq', value: 'home' },
      steps: [{ key: 'only', template: 'newsletter' }],
    });
    await start(once, '2026-03-09T00:00Z');
    await plannerOn(database.dataSource).plan(at('2026-03-09T12:00Z'));
    expect(await states()).toEqual(['cp only planned']);
  });
});

describe('planning again', () => {
  it('finds after an import, or at the latest after a quarter of an hour, who came in late', async () => {
    await book({ id: 'p', renewal: '2026-03-10' });
    await start(renewal(), '2026-03-09T08:00Z');
    const planner = plannerOn(database.dataSource);
    const added = (text: string) => planner.plan(at(text), 'recent').then(({ planned }) => planned);
    expect(await added('2026-03-09T09:00Z')).toBe(1);
    await book({ id: 'q', renewal: '2026-03-10' });
    expect(await added('2026-03-09T09:14:59Z')).toBe(0);
    expect(await added('2026-03-09T09:15Z')).toBe(1);
    await book({ id: 'r', renewal: '2026-03-10' });
    await database.dataSource.query(
      `INSERT INTO imports (kind, file_name, started_by, created, finished_at)
       VALUES ('policies', 'new.csv', 'test', 1, '2026-03-09T09:15:01Z')`,
    );
    expect(await added('2026-03-09T09:15:15Z')).toBe(1);
  });

  it('makes up for a clock that was wrong: a year ahead, and back again', async () => {
    await book({ id: 'p', renewal: '2026-03-10' });
    await start(renewal({ catchUpHours: 24 }), '2026-03-08T00:00Z');
    const planner = plannerOn(database.dataSource);
    await planner.plan(at('2026-02-01T00:00Z'), 'recent');
    await database.dataSource.query(
      `UPDATE step_progress SET planned_until = '2027-03-01', searched_at = '2027-03-01'`,
    );
    expect(await planner.plan(at('2026-03-09T09:00:15Z'), 'recent')).toMatchObject({ planned: 1 });
  });

  it('never moves a watermark back', async () => {
    await start(renewal(), '2026-03-09T08:00Z');
    await plannerOn(database.dataSource).plan(at('2026-03-01T00:00Z'));
    const rows = await database.dataSource.query<{ until: Date }[]>(
      'SELECT planned_until AS until FROM step_progress',
    );
    expect(rows.map(({ until }) => until.toISOString())).toEqual(Array(3).fill('2026-03-09T08:00:00.000Z'));
  });

  it('adds each row once when several planners run at the same time, on parts not yet made', async () => {
    const policies = Array.from({ length: 60 }, (_, index) => ({ id: `p${index}`, renewal: '2027-08-01' }));
    await book(...policies);
    await start(renewal(), '2027-07-28T00:00Z');
    const planners = Array.from({ length: 4 }, () => plannerOn(database.dataSource));
    const results = await Promise.all(planners.map((planner) => planner.plan(at('2027-07-31T12:00Z'))));
    expect(results.reduce((sum, { planned }) => sum + planned, 0)).toBe(60);
    expect(await ledgerRows(database.dataSource)).toHaveLength(180);
  });

  it('leaves whole campaigns done and whole campaigns to do when it breaks off, and then does the latter', async () => {
    await book({ id: 'p', renewal: '2026-03-10' }, { id: 'q', renewal: '2026-03-10' });
    await start(renewal({ key: 'one' }), dayEarlier.start);
    await start(renewal({ key: 'two' }), dayEarlier.start);
    const planner = plannerOn(database.dataSource);
    const advance = vi.spyOn(RunningVersionsRepository.prototype, 'advance');
    let calls = 0;
    advance.mockImplementation(async (_tx, steps) => {
      if (steps.length > 0 && ++calls === 2) throw new Error('the power went out');
    });
    await expect(planner.plan(at(dayEarlier.now))).rejects.toThrow('the power went out');
    advance.mockRestore();
    expect(await states()).toHaveLength(6);
    await planner.plan(at(dayEarlier.now));
    expect(await states()).toHaveLength(12);
  });
});
