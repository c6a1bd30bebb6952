import { templateNames } from '@aftercare/notifications';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  BuiltInCampaignsService,
  builtInFiles,
} from '../../src/features/campaigns/built-in-campaigns.service.js';
import { CampaignListService } from '../../src/features/campaigns/campaign-list.service.js';
import { CampaignsService } from '../../src/features/campaigns/campaigns.service.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { AuditService } from '../../src/platform/audit/audit.service.js';
import type { ProblemError } from '../../src/platform/http/problem.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { clearCampaigns, ledgerRows } from './planner-support.js';

const now = '2026-11-22T12:00:00Z';
const actor = 'test';

let database: TestDatabase;
let app: TestApp;
let campaigns: CampaignsService;

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock: new SettableClock(now) });
  campaigns = app.get(CampaignsService);
  await database.dataSource.query(`
    INSERT INTO customers (customer_id) VALUES ('C1'), ('C2');
    INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date) VALUES
      ('P1', 'C1', 'motor', 'in_force', '2024-12-22', '2026-12-22'),
      ('P2', 'C2', 'motor', 'in_force', '2024-11-25', '2026-11-25')`);
});
afterAll(async () => {
  await app.close();
  await database.close();
});
beforeEach(() => clearCampaigns(database.dataSource));

function file(changes: object = {}): string {
  return JSON.stringify({
    ...{
      key: 'motor-renewal',
      name: 'Motor renewal',
      class: 'service',
      topic: 'renewals',
      subject: 'policy',
    },
    audience: { all: [{ field: 'policy.line', op: 'in', value: ['motor'] }] },
    trigger: { type: 'date', field: 'policy.renewalDate' },
    steps: [
      { key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' },
      { key: 't-3', offsetDays: -3, at: '09:00', template: 'renewal-reminder' },
    ],
    ...changes,
  });
}

const apply = (text: string, activate = false) => campaigns.apply(text, { activate, actor });

async function refusal(text: string, activate = false): Promise<ProblemError> {
  return Promise.resolve()
    .then(() => apply(text, activate))
    .then(
      () => Promise.reject(new Error('it was taken')),
      (error: ProblemError) => error,
    );
}

async function lastAudit(): Promise<
  { actor: string; action: string; subject: string; detail: object } | undefined
> {
  const [entry] = await database.dataSource.query(
    'SELECT actor, action, subject, detail FROM audit_log ORDER BY entry_no DESC LIMIT 1',
  );
  return entry;
}

describe('applying a campaign file', () => {
  it('makes a draft, and a new version only when the content differs', async () => {
    const first = await apply(file());
    expect(first).toMatchObject({ version: 1, newVersion: true, state: 'draft', activeVersion: null });
    const reordered = JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(file()) as object).reverse()),
    );
    expect(await apply(`\uFEFF${reordered}`)).toMatchObject({
      ...{ version: 1, newVersion: false, contentHash: first.contentHash },
    });
    expect(await apply(file({ priority: 11 }))).toMatchObject({
      version: 2,
      newVersion: true,
      state: 'draft',
    });
    expect(await apply(file())).toMatchObject({
      version: 3,
      newVersion: true,
      contentHash: first.contentHash,
    });
  });

  it('lets the active version go on while a newer one waits', async () => {
    await apply(file(), true);
    expect(await apply(file({ name: 'Other name' }))).toMatchObject({
      version: 2,
      state: 'active',
      activeVersion: 1,
    });
    const [row] = await app.get(CampaignListService).all();
    expect(row).toMatchObject({ name: 'Motor renewal', version: 2, activeVersion: 1 });
    const rows = await planned();
    expect(new Set(rows.map(({ version }) => version))).toEqual(new Set([1]));
  });

  it('writes an activation to the audit log, and one that changes nothing not', async () => {
    const { contentHash } = await apply(file(), true);
    const entry = {
      ...{ actor, action: 'campaign.activated', subject: 'campaign:motor-renewal' },
      detail: { version: 1, contentHash, approval: 'skipped' },
    };
    expect(await lastAudit()).toEqual(entry);
    const { entries } = await app.get(AuditService).verify();
    await apply(file(), true);
    expect(await app.get(AuditService).verify()).toMatchObject({ entries, valid: true, firstBad: null });
  });

  it('is done once when two do it at the same time', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, () => apply(file(), true)));
    expect(applied.map(({ version }) => version)).toEqual([1, 1, 1, 1, 1]);
    expect(applied.filter(({ newVersion }) => newVersion)).toHaveLength(1);
  });

  it.each([
    ['{"key": ', 'not_json', ''],
    [file({ holdut: 0 }), 'campaign_invalid', ''],
    [
      file({ audience: { field: 'policy.lnie', op: 'eq', value: 'motor' } }),
      'campaign_invalid',
      'audience.field',
    ],
    [
      file({ audience: { field: 'policy.line', op: 'like', value: 'motor' } }),
      'campaign_invalid',
      'audience.op',
    ],
    [file({ audience: { field: 'policy.line', op: 'eq', value: 7 } }), 'campaign_invalid', 'audience.value'],
    [file({ steps: [] }), 'campaign_invalid', 'steps'],
    [file({ steps: 'none' }), 'campaign_invalid', 'steps'],
    ['[]', 'campaign_invalid', ''],
    ['null', 'campaign_invalid', ''],
  ])('refuses %s', async (text, code, path) => {
    const problem = await refusal(text);
    expect(problem).toMatchObject({ code, status: 400 });
    if (code === 'campaign_invalid') expect(problem.errors.map((part) => part.path)).toContain(path);
    expect(await database.dataSource.query('SELECT FROM campaigns')).toEqual([]);
  });

  it('names what would be valid', async () => {
    const template = await refusal(
      file({ steps: [{ key: 'a', offsetDays: 0, at: '09:00', template: 'renewal' }] }),
    );
    expect(template.errors).toEqual([
      {
        path: 'steps.0.template',
        code: 'unknown_template',
        message:
          'unknown template "renewal"; valid templates are ' +
          templateNames.filter((name) => name !== 'sign-in-link').join(', '),
      },
    ]);
    const field = await refusal(file({ audience: { field: 'policy.lnie', op: 'eq', value: 'motor' } }));
    expect(field.detail).toContain(
      'audience.field: unknown field "policy.lnie"; valid fields are policy.id, ',
    );
    const operator = await refusal(file({ audience: { field: 'policy.line', op: 'like', value: 'motor' } }));
    expect(operator.detail).toContain('valid operators are eq, ne, in, notIn, exists');
  });
});

describe('a campaign that runs', () => {
  it('begins with what fell due within its window, and not before', async () => {
    await apply(file({ catchUpHours: 4 }), true);
    // P1 is due at 09:00 today, three hours ago; P2 at 09:00 today as well, three days before its date.
    expect(await planned()).toMatchObject([
      { subjectId: 'P1', step: 't-30', state: 'planned' },
      { subjectId: 'P2', step: 't-3', state: 'planned' },
    ]);
    await clearCampaigns(database.dataSource);
    await apply(file({ catchUpHours: 2 }), true);
    expect(await planned()).toEqual([]);
  });

  it('is paused while its rows are being cancelled: no worker begins one of them and waits', async () => {
    await apply(file(), true);
    await planned();
    const other = database.dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query(`SELECT FROM deliveries FOR UPDATE`);
    const stopped = campaigns.stop('motor-renewal', actor);
    const state = async () =>
      (await database.dataSource.query<{ state: string }[]>(`SELECT state FROM campaigns`))[0]!.state;
    await expect.poll(state, { timeout: 30_000 }).toBe('paused');
    await other.rollbackTransaction();
    await other.release();
    expect(await stopped).toMatchObject({ state: 'stopped', cancelled: 2 });
    expect(await state()).toBe('stopped');
  });

  it('cancels on stop what has not gone, keeps a doubt a doubt, and runs anew when activated again', async () => {
    await apply(file(), true);
    await planned();
    await database.dataSource.query(`UPDATE deliveries SET doubted_at = now() WHERE subject_id = 'P2'`);
    expect(await campaigns.stop('motor-renewal', actor)).toEqual({
      ...{ key: 'motor-renewal', state: 'stopped', cancelled: 1 },
    });
    expect(await ledgerRows(database.dataSource)).toMatchObject([
      { subjectId: 'P2', state: 'in_doubt', reason: 'not_resent' },
      { subjectId: 'P1', state: 'cancelled', reason: 'campaign_stopped' },
    ]);
    expect(await lastAudit()).toMatchObject({
      action: 'campaign.stopped',
      subject: 'campaign:motor-renewal',
    });
    await expect(campaigns.resume('motor-renewal', actor)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await apply(file(), true)).toMatchObject({ state: 'active', version: 1 });
    expect(await planned()).toHaveLength(2);
  });

  it('is paused and goes on, each written to the audit log once', async () => {
    await apply(file(), true);
    await campaigns.pause('motor-renewal', actor);
    await campaigns.pause('motor-renewal', actor);
    expect(await lastAudit()).toMatchObject({ action: 'campaign.paused', actor });
    expect(await planned()).toEqual([]);
    await campaigns.resume('motor-renewal', actor);
    expect(await planned()).toHaveLength(2);
    await expect(campaigns.pause('no-such', actor)).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  it('begins a new step at its activation and lets the others go on where they were', async () => {
    await apply(file(), true);
    await database.dataSource.query(`UPDATE step_progress SET planned_until = '2026-10-01'`);
    const steps = [
      { key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' },
      { key: 't-9', offsetDays: -9, at: '09:00', template: 'renewal-reminder' },
    ];
    await apply(file({ steps }), true);
    const progress = await database.dataSource.query<{ step: string; until: Date }[]>(
      'SELECT step, planned_until AS until FROM step_progress WHERE version = 2 ORDER BY step',
    );
    expect(progress.map(({ step, until }) => [step, until.toISOString()])).toEqual([
      ['t-30', '2026-10-01T00:00:00.000Z'],
      ['t-9', '2026-11-20T12:00:00.000Z'],
    ]);
  });
});

describe('the built-in campaigns', () => {
  it('are taken up once, and run', async () => {
    const builtIn = app.get(BuiltInCampaignsService);
    await builtIn.ensure();
    await campaigns.pause('motor-renewal', actor);
    await builtIn.ensure();
    const rows = await app.get(CampaignListService).all();
    const keys = builtInFiles().map((text) => (JSON.parse(text) as { key: string }).key);
    expect(rows.map(({ key, state }) => `${key} ${state}`)).toEqual(
      keys.map((key) => `${key} ${key === 'motor-renewal' ? 'paused' : 'active'}`),
    );
    expect(rows.every(({ version }) => version === 1)).toBe(true);
  });
});

/** Plans up to the test's now. */
async function planned(): Promise<{ subjectId: string; step: string; state: string; version: number }[]> {
  await app.get(PlannerService).plan(Temporal.Instant.from(now));
  return database.dataSource.query(
    `SELECT subject_id AS "subjectId", step, state, campaign_version AS version
     FROM deliveries ORDER BY subject_id, step`,
  );
}
