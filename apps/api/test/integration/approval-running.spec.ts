import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApprovalService } from '../../src/features/campaigns/approval.service.js';
import { CampaignListService } from '../../src/features/campaigns/campaign-list.service.js';
import { campaignDetailSchema } from '../../src/features/campaigns/campaigns.schemas.js';
import { CampaignsService } from '../../src/features/campaigns/campaigns.service.js';
import { DraftsService } from '../../src/features/campaigns/drafts.service.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { TemplatePinsJob } from '../../src/features/campaigns/template-pins.job.js';
import { TemplatePinsService } from '../../src/features/campaigns/template-pins.service.js';
import { AuditService } from '../../src/platform/audit/audit.service.js';
import { Config } from '../../src/platform/config/config.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { clearCampaigns } from './planner-support.js';

const now = '2026-11-22T12:00:00Z';
const clock = new SettableClock(now);
let database: TestDatabase;
let app: TestApp;
let drafts: DraftsService;
let approval: ApprovalService;
let campaigns: CampaignsService;

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock });
  [drafts, approval, campaigns] = [
    app.get(DraftsService),
    app.get(ApprovalService),
    app.get(CampaignsService),
  ];
  await database.dataSource.query(`
    INSERT INTO customers (customer_id) VALUES ('C1');
    INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date) VALUES
      ('P1', 'C1', 'motor', 'in_force', '2024-12-22', '2026-12-22'),
      ('P2', 'C1', 'motor', 'in_force', '2024-12-24', '2026-12-24')`);
});
afterAll(async () => {
  await app.close();
  await database.close();
});
beforeEach(async () => {
  clock.set(now);
  await clearCampaigns(database.dataSource);
});

const step = (offsetDays: number, more: object = {}) => ({
  ...{ key: `t${offsetDays}`, offsetDays, at: '09:00', template: 'renewal-reminder' },
  ...more,
});
const file = (changes: object = {}) => ({
  ...{ key: 'motor', name: 'Motor', class: 'marketing', topic: 'renewals', subject: 'policy' },
  ...{ audience: { all: [] }, trigger: { type: 'date', field: 'policy.renewalDate' } },
  steps: [step(-30), step(-3)],
  ...changes,
});

/** Ana writes and submits, Ben approves. */
async function approved(changes: object = {}, moveRunning = false): Promise<number> {
  const isNew = (await database.dataSource.query(`SELECT FROM campaigns WHERE key = 'motor'`)).length === 0;
  if (isNew) await drafts.create(file(changes), 'ana');
  else await drafts.edit('motor', file(changes), { actor: 'ana', base: null });
  const { contentHash } = await approval.submit('motor', { actor: 'ana', seen: null });
  const given = { actor: 'ben', seen: contentHash, activate: true, moveRunning };
  return (await approval.approve('motor', given)).version;
}

async function plannedAt(instant: string): Promise<string[]> {
  clock.set(instant);
  await app.get(PlannerService).plan(Temporal.Instant.from(instant));
  const rows = await database.dataSource.query<{ row: string }[]>(
    `SELECT concat_ws(' ', subject_id, step, campaign_version, state) AS row FROM deliveries
     ORDER BY subject_id, due_at, step`,
  );
  return rows.map(({ row }) => row);
}
const versions = () =>
  database.dataSource.query<{ version: number; running: string | null; finishesAt: Date | null }[]>(
    `SELECT version, running, finishes_at AS "finishesAt" FROM campaign_versions ORDER BY version`,
  );

describe('people who have entered a version', () => {
  const changes = { steps: [step(-30), step(-3, { at: '10:00' })] };

  it('finish that version, and whoever enters after it takes the new one', async () => {
    await approved();
    expect(await plannedAt(now)).toEqual(['P1 t-30 1 planned']);
    await approved(changes);
    expect(await versions()).toEqual([
      // 27 days between the steps, 50 hours for clocks and zones, 48 to catch up.
      { version: 1, running: 'finishing', finishesAt: new Date('2026-12-23T14:00:00Z') },
      { version: 2, running: 'open', finishesAt: null },
    ]);
    expect(await plannedAt('2026-11-24T12:00:00Z')).toEqual(['P1 t-30 1 planned', 'P2 t-30 2 planned']);
    expect(await plannedAt('2026-12-19T12:00:00Z')).toContain('P1 t-3 1 planned');
    expect(await plannedAt('2026-12-21T12:00:00Z')).toEqual([
      ...['P1 t-30 1 planned', 'P1 t-3 1 planned'],
      ...['P2 t-30 2 planned', 'P2 t-3 2 planned'],
    ]);
    await plannedAt('2026-12-23T15:00:00Z');
    expect((await versions()).map(({ running }) => running)).toEqual([null, 'open']);
  });

  it('go on with the new one where that was chosen', async () => {
    await approved();
    await plannedAt(now);
    await approved(changes, true);
    expect((await versions()).map(({ running }) => running)).toEqual([null, 'open']);
    expect(await plannedAt('2026-12-19T12:00:00Z')).toEqual([
      ...['P1 t-30 1 planned', 'P1 t-3 2 planned', 'P2 t-30 2 expired'],
    ]);
  });

  it('get nothing more of either once the campaign is stopped, nor when it is activated anew', async () => {
    await approved();
    await plannedAt(now);
    await approved(changes);
    await campaigns.stop('motor', 'ana');
    expect((await versions()).map(({ running }) => running)).toEqual([null, null]);
    await approval.activate('motor', { actor: 'ana', moveRunning: false });
    expect((await versions()).map(({ running }) => running)).toEqual([null, 'open']);
  });
});

describe('what nobody has approved', () => {
  it('is kept from running by the database itself, and what was pinned from being changed', async () => {
    await drafts.create(file(), 'ana');
    const attempt = (change: string) =>
      database.dataSource.query(`UPDATE campaign_versions SET ${change} WHERE version = 1`);
    await expect(attempt(`running = 'open'`)).rejects.toThrow('campaign_versions_run_approved');
    await approval.submit('motor', { actor: 'ana', seen: null });
    await expect(attempt(`running = 'open'`)).rejects.toThrow('campaign_versions_run_approved');
    for (const change of [
      `definition = jsonb_set(definition, '{name}', '"x"')`,
      `content_hash = 'x'`,
      `authors = '{}'`,
      `submitted_by = 'x'`,
      `template_versions = '{}'`,
    ]) {
      await expect(attempt(change)).rejects.toThrow('version 1 is pinned');
    }
    await expect(attempt(`state = 'draft'`)).rejects.toThrow('cannot become draft');
    await approval.approve('motor', { actor: 'ben', seen: null, activate: true, moveRunning: false });
    await expect(attempt(`state = 'returned'`)).rejects.toThrow('cannot become returned');
  });

  it('never runs, whatever is done in whatever order by whomever', async () => {
    const people = fc.constantFrom('ana', 'ben', 'command line');
    const action = fc.constantFrom(
      ...(['edit', 'submit', 'approve', 'return', 'activate', 'pause', 'resume', 'stop'] as const),
    );
    const events = fc.array(fc.record({ who: people, action, words: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 4,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        await clearCampaigns(database.dataSource);
        await drafts.create(file(), 'ana');
        for (const { who, action, words } of list) {
          const given = { actor: who, seen: null };
          const work = {
            edit: () => drafts.edit('motor', file({ name: `M${words}` }), { actor: who, base: null }),
            submit: () => approval.submit('motor', given),
            approve: () =>
              approval.approve('motor', { ...given, activate: words > 1, moveRunning: words > 2 }),
            return: () => approval.giveBack('motor', { ...given, reason: 'no' }),
            activate: () => approval.activate('motor', { actor: who, moveRunning: words > 2 }),
            pause: () => campaigns.pause('motor', who),
            resume: () => campaigns.resume('motor', who),
            stop: () => campaigns.stop('motor', who),
          }[action];
          await work().catch((error: unknown) => expect(error).toMatchObject({ status: expect.any(Number) }));
          const running = await database.dataSource.query<
            { state: string; decidedBy: string; authors: string[]; submittedBy: string; opens: number }[]
          >(
            `SELECT state, decided_by AS "decidedBy", authors, submitted_by AS "submittedBy",
                    count(*) FILTER (WHERE running = 'open') OVER () AS opens
             FROM campaign_versions WHERE running IS NOT NULL`,
          );
          for (const { state, decidedBy, authors, submittedBy, opens } of running) {
            expect([state, opens]).toEqual(['approved', 1]);
            if (decidedBy !== 'command line') expect([...authors, submittedBy]).not.toContain(decidedBy);
          }
        }
      }),
      { numRuns: 25, seed: 20_261_122 },
    );
    expect(await app.get(AuditService).verify()).toMatchObject({ valid: true });
  });
});

describe('letters that are not those that were approved', () => {
  /** As if a release had brought another renewal letter since. */
  async function upgrade(): Promise<void> {
    const { dataSource } = database;
    await dataSource.query(`ALTER TABLE campaign_versions DISABLE TRIGGER campaign_versions_pinned`);
    await dataSource.query(
      `UPDATE campaign_versions SET template_versions = '{"renewal-reminder": "of the last release"}', content_hash = 'old'`,
    );
    await dataSource.query(`ALTER TABLE campaign_versions ENABLE TRIGGER campaign_versions_pinned`);
  }
  const detail = async () => campaignDetailSchema.parse(await app.get(CampaignListService).get('motor'));

  it('pause what sends them when a scheduler starts, until somebody has approved them', async () => {
    await approved();
    await app.get(TemplatePinsService).pauseChanged();
    expect((await detail()).state).toBe('active');
    await upgrade();
    await app.get(TemplatePinsJob).onModuleInit();
    expect((await detail()).state).toBe('active');
    const scheduler = new Config({ ...app.get(Config), roles: new Set(['scheduler']) });
    await new TemplatePinsJob(scheduler, app.get(TemplatePinsService)).onModuleInit();
    expect(await detail()).toMatchObject({
      state: 'paused',
      pausedReason: {
        code: 'template_changed',
        text: 'Its letters have changed since they were approved: renewal-reminder. Save it again and submit it.',
      },
    });
    const [entry] = await app.get(AuditService).about('campaign:motor', { before: null, limit: 1 });
    expect(entry).toMatchObject({
      ...{ actor: 'system', action: 'campaign.paused' },
      detail: { reason: 'template_changed', templates: ['renewal-reminder'] },
    });
    await expect(campaigns.resume('motor', 'ana')).rejects.toMatchObject({ code: 'template_changed' });
    // The same words once more: other letters, so another version, and nobody goes on with the old ones.
    expect(await approved()).toBe(2);
    expect(await detail()).toMatchObject({ state: 'active', activeVersion: 2, pausedReason: null });
    expect((await versions()).map(({ running }) => running)).toEqual([null, 'open']);
    expect(await app.get(TemplatePinsService).pauseChanged()).toEqual([]);
  });

  it('cannot be approved with what was submitted before them', async () => {
    await drafts.create(file(), 'ana');
    await approval.submit('motor', { actor: 'ana', seen: null });
    await upgrade();
    const given = { actor: 'ben', seen: null, activate: true, moveRunning: false };
    await expect(approval.approve('motor', given)).rejects.toMatchObject({ code: 'template_changed' });
  });
});

describe('an experiment', () => {
  it('shows what became of each arm, and of those held out', async () => {
    const variants = [
      { key: 'plain', share: 0.5 },
      { key: 'late', share: 0.5, at: '11:00' },
    ];
    await approved({ steps: [step(-30, { variants })], catchUpHours: 100 });
    await plannedAt('2026-11-24T12:00:00Z');
    await database.dataSource.query(
      `UPDATE deliveries SET state = 'held_out', reason = 'global_holdout' WHERE subject_id = 'P2'`,
    );
    const { steps, heldOut } = campaignDetailSchema.parse(await app.get(CampaignListService).get('motor'));
    const [{ variant }] = (await database.dataSource.query(
      `SELECT variant FROM deliveries WHERE subject_id = 'P1'`,
    )) as [{ variant: string }];
    expect(heldOut).toEqual({ campaign: 0, global: 1 });
    expect(steps[0]!.arms.map(({ key, at }) => `${key} ${at}`)).toEqual(['plain 09:00', 'late 11:00']);
    expect(steps[0]!.arms.find(({ key }) => key === variant)?.states.planned).toBe(1);
    expect(steps[0]!.arms.reduce((sum, { states }) => sum + states.planned, 0)).toBe(1);
  });
});
