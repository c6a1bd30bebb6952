import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  approvalListSchema,
  historyPageSchema,
  versionDetailSchema,
  versionListSchema,
} from '../../src/features/campaigns/approval.schemas.js';
import { campaignDetailSchema } from '../../src/features/campaigns/campaigns.schemas.js';
import { AuditService } from '../../src/platform/audit/audit.service.js';
import type { StaffRole } from '../../src/platform/auth/access.decorator.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { staffCookie } from '../support/sign-in.js';
import { clearCampaigns } from '../integration/planner-support.js';

const now = '2026-11-22T12:00:00Z';
let database: TestDatabase;
let app: TestApp;
const cookies = {} as Record<'marketing' | 'compliance' | 'admin' | 'service', string>;
type Who = keyof typeof cookies;

const campaign = {
  ...{ key: 'motor', name: 'Motor', class: 'marketing', topic: 'renewals', subject: 'policy' },
  audience: { field: 'policy.line', op: 'eq', value: 'motor' },
  trigger: { type: 'date', field: 'policy.renewalDate' },
  steps: [
    { key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' },
    { key: 't-3', offsetDays: -3, at: '09:00', template: 'renewal-reminder' },
  ],
};
const changed = { ...campaign, priority: 20, audience: { all: [] } };

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database, clock: new SettableClock(now) });
  for (const role of ['marketing', 'compliance', 'admin', 'service'] satisfies StaffRole[]) {
    cookies[role] = await staffCookie(app, role);
  }
  await database.dataSource.query(`
    INSERT INTO customers (customer_id) VALUES ('C1');
    INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date) VALUES
      ('P1', 'C1', 'motor', 'in_force', '2024-12-22', '2026-12-22'),
      ('P2', 'C1', 'home', 'in_force', '2024-12-22', '2026-12-22')`);
});
afterAll(async () => {
  await app.close();
  await database.close();
});
beforeEach(() => clearCampaigns(database.dataSource));

interface Answer {
  status: number;
  code?: string;
  detail?: string;
  errors?: { path: string; code: string; message: string }[];
  contentHash: string;
  version: number;
  state?: string;
  activeVersion?: number | null;
}

async function call(who: Who, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${app.url}/api/staff${path}`, {
    method,
    headers: { cookie: cookies[who], 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { ...((await response.json()) as Answer), status: response.status };
}
const create = (who: Who, file: object = campaign) => call(who, 'POST', '/campaigns', file);
const edit = (who: Who, file: object) => call(who, 'PUT', '/campaigns/motor/draft', file);
const act = (who: Who, action: string, body: object) => call(who, 'POST', `/campaigns/motor/${action}`, body);

/** Written and submitted by marketing; gives the hash to decide on. */
async function submitted(file: object = campaign): Promise<string> {
  const { contentHash } = await create('marketing', file);
  return (await act('marketing', 'submit', { contentHash })).contentHash;
}

async function version(number: number, who: Who = 'compliance') {
  const response = await call(who, 'GET', `/campaigns/motor/versions/${number}`);
  return versionDetailSchema.parse(response);
}

describe('a campaign on its way to being sent', () => {
  it('is submitted, returned, edited, approved, paused, resumed and stopped, and the log proves it', async () => {
    const first = await submitted();
    expect(
      await act('compliance', 'return', { contentHash: first, reason: 'Whom do we write to?' }),
    ).toMatchObject({
      ...{ status: 200, state: 'returned', version: 1, activeVersion: null },
    });
    const second = await edit('marketing', changed);
    expect(second).toMatchObject({ status: 200, version: 2, newVersion: true });
    await act('marketing', 'submit', { contentHash: second.contentHash });
    expect(await act('compliance', 'approve', { contentHash: second.contentHash })).toMatchObject({
      ...{ status: 200, state: 'approved', version: 2, activeVersion: 2 },
    });
    for (const action of ['pause', 'resume', 'stop']) {
      expect(await act('marketing', action, {})).toMatchObject({ status: 200 });
    }
    const history = historyPageSchema.parse(await call('service', 'GET', '/campaigns/motor/history'));
    expect(history.items.map(({ action, actor }) => `${action} ${actor.name}`).reverse()).toEqual([
      'campaign.created The marketing',
      'campaign.submitted The marketing',
      'campaign.returned The compliance',
      'campaign.edited The marketing',
      'campaign.submitted The marketing',
      'campaign.approved The compliance',
      'campaign.activated The compliance',
      'campaign.paused The marketing',
      'campaign.resumed The marketing',
      // While what is planned is being cancelled.
      'campaign.paused The marketing',
      'campaign.stopped The marketing',
    ]);
    expect(history.items.at(-3)?.detail).toMatchObject({ version: 1, reason: 'Whom do we write to?' });
    expect(await app.get(AuditService).verify()).toMatchObject({ valid: true });
    const page = await call('service', 'GET', '/campaigns/motor/history?limit=4');
    const { items, nextCursor } = historyPageSchema.parse(page);
    const rest = await call('service', 'GET', `/campaigns/motor/history?cursor=${nextCursor}`);
    expect([...items, ...historyPageSchema.parse(rest).items]).toEqual(history.items);
  });

  it('waits in the queue, with what has changed since the last approved version, until it is decided on', async () => {
    await act('compliance', 'approve', { contentHash: await submitted() });
    const { contentHash } = await edit('marketing', changed);
    await act('marketing', 'submit', { contentHash });
    const queue = async (who: Who) => approvalListSchema.parse(await call(who, 'GET', '/approvals')).items;
    expect(await queue('compliance')).toMatchObject([
      {
        ...{ key: 'motor', version: 2, activeVersion: 1, contentHash, mayDecide: true },
        ...{ submittedBy: { name: 'The marketing' }, submittedAt: '2026-11-22T12:00:00.000Z' },
        changes: { content: 0, audience: 1, schedule: 0, limits: 1 },
      },
    ]);
    expect(await queue('marketing')).toMatchObject([{ mayDecide: false }]);
    const today = (await call('service', 'GET', '/today')) as unknown as { waiting: object[] };
    expect(today.waiting).toEqual([{ kind: 'approvals', count: 1 }]);
    expect(await version(2)).toMatchObject({
      ...{ against: 1, mayDecide: true, audience: { before: 1, after: 2 }, problems: [] },
      changes: [
        { path: 'priority', group: 'limits', before: 10, after: 20, beforeText: null },
        { path: 'audience', group: 'audience', beforeText: 'line is motor', afterText: 'everybody' },
      ],
    });
    await act('compliance', 'approve', { contentHash, activate: false });
    expect(await queue('compliance')).toEqual([]);
  });

  it('is approved without running yet when so wished, and runs when it is activated', async () => {
    const contentHash = await submitted();
    expect(await act('compliance', 'approve', { contentHash, activate: false })).toMatchObject({
      ...{ state: 'approved', activeVersion: null },
    });
    expect(await act('marketing', 'activate', {})).toMatchObject({ status: 200, activeVersion: 1 });
    expect(campaignDetailSchema.parse(await call('service', 'GET', '/campaigns/motor'))).toMatchObject({
      ...{ state: 'active', activeVersion: 1 },
    });
  });
});

describe('four eyes', () => {
  it('nobody decides on what they wrote or submitted, an admin neither', async () => {
    const { contentHash } = await create('admin');
    await act('admin', 'submit', { contentHash });
    for (const [action, body] of [
      ['approve', { contentHash }],
      ['return', { contentHash, reason: 'no' }],
    ] as const) {
      expect(await act('admin', action, body)).toMatchObject({ status: 403, code: 'own_version' });
    }
    expect(await act('compliance', 'approve', { contentHash })).toMatchObject({ status: 200 });
  });

  it('the words of a returned version stay their author’s when another changes a comma', async () => {
    await create('admin');
    const { contentHash } = await edit('marketing', { ...campaign, name: 'Motor.' });
    expect((await version(1)).authors.map(({ name }) => name)).toEqual(['The admin', 'The marketing']);
    await act('marketing', 'submit', { contentHash });
    expect(await act('admin', 'approve', { contentHash })).toMatchObject({
      status: 403,
      code: 'own_version',
    });
  });

  it('of two who decide at the same moment one does, and the other hears of it', async () => {
    const contentHash = await submitted();
    const answers = await Promise.all([
      act('compliance', 'approve', { contentHash }),
      act('admin', 'return', { contentHash, reason: 'No.' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const decision = answers.find(({ status }) => status === 200)?.state;
    expect((await version(1)).state).toBe(decision);
  });

  it('an edit takes back what waits, and no approval reaches what was changed', async () => {
    const contentHash = await submitted();
    const next = await edit('marketing', changed);
    expect(next).toMatchObject({ version: 2, newVersion: true });
    expect(await act('compliance', 'approve', { contentHash })).toMatchObject({
      ...{ status: 409, code: 'version_changed' },
    });
    expect(await act('compliance', 'approve', { contentHash: next.contentHash })).toMatchObject({
      ...{ status: 409, code: 'wrong_state' },
    });
    const { items } = versionListSchema.parse(await call('service', 'GET', '/campaigns/motor/versions'));
    expect(items.map(({ version: number, state, decision }) => [number, state, decision])).toEqual([
      [2, 'draft', null],
      [1, 'returned', 'Taken back: version 2 follows it.'],
    ]);
  });

  it('an approved version goes on while its change waits', async () => {
    await act('compliance', 'approve', { contentHash: await submitted() });
    const { contentHash } = await edit('marketing', changed);
    expect(await act('marketing', 'activate', {})).toMatchObject({ status: 409, code: 'wrong_state' });
    await act('marketing', 'submit', { contentHash });
    await act('compliance', 'return', { contentHash, reason: 'No.' });
    expect(campaignDetailSchema.parse(await call('service', 'GET', '/campaigns/motor'))).toMatchObject({
      ...{ state: 'active', activeVersion: 1, version: 2 },
    });
  });

  it('who may not send cannot: by no way of theirs', async () => {
    const contentHash = await submitted();
    for (const [who, action, body] of [
      ['marketing', 'approve', { contentHash }],
      ['service', 'approve', { contentHash }],
      ['service', 'submit', { contentHash }],
      ['compliance', 'activate', {}],
      ['compliance', 'clone', { key: 'other' }],
    ] as const) {
      expect(await act(who, action, body)).toMatchObject({ status: 403, code: 'not_allowed' });
    }
    // Marketing may activate, but only what somebody else has approved.
    expect(await act('marketing', 'activate', {})).toMatchObject({ status: 409, code: 'wrong_state' });
    expect(await edit('service', changed)).toMatchObject({ status: 403, code: 'not_allowed' });
    expect(await create('compliance', { ...campaign, key: 'other' })).toMatchObject({ status: 403 });
  });
});

describe('writing', () => {
  it('goes into the draft there is, and not over what somebody else has written since', async () => {
    const { contentHash: base } = await create('marketing');
    const mine = await call('marketing', 'PUT', `/campaigns/motor/draft?base=${base}`, changed);
    expect(mine).toMatchObject({ status: 200, version: 1, newVersion: false });
    expect(await call('admin', 'PUT', `/campaigns/motor/draft?base=${base}`, campaign)).toMatchObject({
      ...{ status: 409, code: 'draft_changed' },
    });
    expect(await edit('marketing', changed)).toMatchObject({ version: 1, contentHash: mine.contentHash });
  });

  it('refuses a key that is taken or changes, an invalid file, and what no database holds', async () => {
    await create('marketing');
    expect(await create('admin')).toMatchObject({ status: 409, code: 'key_taken' });
    expect(await edit('admin', { ...campaign, key: 'other' })).toMatchObject({
      ...{ status: 400, code: 'campaign_invalid', errors: [{ path: 'key' }] },
    });
    expect(await edit('admin', { ...campaign, steps: [] })).toMatchObject({
      ...{ status: 400, errors: [{ path: 'steps' }] },
    });
    const [step] = campaign.steps;
    for (const text of ['a\u0000', 'a\\\u0000', '\ud800']) {
      const steps = [{ ...step, content: { text } }];
      expect(await edit('admin', { ...campaign, steps })).toMatchObject({
        ...{ status: 400, errors: [{ code: 'unfit_text' }] },
      });
    }
    const steps = [{ ...step, content: { text: String.raw`a \u0000 b \\ud800` } }];
    expect(await edit('admin', { ...campaign, steps })).toMatchObject({ status: 200 });
  });

  it('copies a campaign under another key, as a draft that nobody has approved', async () => {
    await act('compliance', 'approve', { contentHash: await submitted() });
    expect(await act('admin', 'clone', { key: 'motor', name: 'x' })).toMatchObject({ code: 'key_taken' });
    expect(await act('admin', 'clone', { key: 'Not a key' })).toMatchObject({ code: 'campaign_invalid' });
    expect(await act('admin', 'clone', { key: 'motor-2', name: 'Second' })).toMatchObject({
      ...{ status: 201, key: 'motor-2', version: 1 },
    });
    const copy = campaignDetailSchema.parse(await call('service', 'GET', '/campaigns/motor-2'));
    expect(copy).toMatchObject({ state: 'draft', name: 'Second', definition: { topic: 'renewals' } });
  });

  it('archives what never ran or is over, for good', async () => {
    await act('compliance', 'approve', { contentHash: await submitted() });
    expect(await act('marketing', 'archive', {})).toMatchObject({ status: 409, code: 'wrong_state' });
    await act('marketing', 'stop', {});
    expect(await act('marketing', 'archive', {})).toMatchObject({ status: 200, state: 'archived' });
    for (const action of ['pause', 'resume', 'stop', 'activate']) {
      expect(await act('marketing', action, {})).toMatchObject({ status: 409, code: 'wrong_state' });
    }
    expect(await edit('marketing', changed)).toMatchObject({ status: 409, code: 'wrong_state' });
  });
});

describe('what cannot be submitted', () => {
  it('is a letter whose words nobody has written: each that is missing is named', async () => {
    const steps = [
      {
        key: 'tip',
        offsetDays: -30,
        at: '09:00',
        template: 'safety-tip',
        content: { tip: { title: 'Frost' } },
      },
      { key: 'call', offsetDays: -3, at: '09:00', channel: 'task', content: { instructions: 'Call.' } },
    ];
    const { contentHash } = await create('marketing', { ...campaign, steps });
    const refused = await act('marketing', 'submit', { contentHash });
    expect(refused).toMatchObject({ status: 422, code: 'campaign_not_ready' });
    expect(refused.errors?.map(({ path, code }) => `${path} ${code}`)).toContain(
      'steps.1.content.title content_missing',
    );
    const words = refused.errors?.map(({ message }) => message).join('\n');
    for (const name of ['tip.peril', 'tip.intro', 'tip.checklist']) expect(words).toContain(name);
    expect(words).not.toContain('tip.title');
    expect((await version(1)).problems).toHaveLength(refused.errors!.length);
  });

  it('is a legal notice that breaks the law of a place: the rule is cited', async () => {
    const legal = {
      ...{ ...campaign, class: 'legal', topic: 'lapse-notices' },
      audience: { field: 'policy.line', op: 'eq', value: 'life' },
      trigger: { type: 'date', field: 'policy.graceEnd' },
      steps: [{ key: 'late', offsetDays: -1, at: '09:00', template: 'renewal-reminder' }],
    };
    const { contentHash } = await create('marketing', legal);
    const refused = await act('marketing', 'submit', { contentHash });
    expect(refused).toMatchObject({ status: 422, code: 'rule_pack_violated' });
    expect(refused.errors?.map(({ message }) => message).join('\n')).toMatch(/10113\.7[12]/);
    expect((await version(1)).state).toBe('draft');
  });
});
