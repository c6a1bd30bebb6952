import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryDetailSchema } from '../../src/features/deliveries/deliveries.schemas.js';
import { PostingsRepository } from '../../src/features/deliveries/postings.repository.js';
import { memberNoticePageSchema } from '../../src/features/portal/member-notices.schemas.js';
import { taskPageSchema, taskSchema, type StaffTask } from '../../src/features/tasks/tasks.schemas.js';
import { harness, type Harness } from '../integration/deliver-fixture.js';
import { memberCookie, postJson, staffCookie } from '../support/sign-in.js';

const step = (given: Record<string, unknown>) => [{ key: 's', offsetDays: -30, at: '09:00', ...given }];
const call = {
  en: { title: 'Call about the renewal', instructions: 'Ask whether the car is still the same.' },
  'zh-CN': { title: '致电续保', instructions: '询问车辆情况。' },
};

/** A morning's rows that need no mail server: two notices, and tasks for the desk. */
describe('notices and tasks', () => {
  let on: Harness;
  beforeAll(async () => {
    on = await harness();
    await on.people(3);
    await on.sql(`UPDATE customers SET email = NULL WHERE customer_id = 'c2'`);
    await on.sql(`INSERT INTO suppressions (address, reason) VALUES ('c1@example.com', 'hard_bounce')`);
    await on.sql(`UPDATE policies SET status = 'claim_death' WHERE policy_id = 'p3'`);
    const audience = { field: 'policy.line', op: 'eq', value: 'motor' };
    await on.campaign({
      key: 'note',
      audience,
      steps: step({ channel: 'portal', template: 'renewal-reminder' }),
    });
    await on.campaign({ key: 'call', audience, steps: step({ channel: 'task', content: call }) });
    await on.campaign({
      key: 'vague',
      audience,
      steps: step({ channel: 'task', content: { title: 'Call' } }),
    });
    await on.plan();
    await on.settle();
  });
  afterAll(() => on.close());

  const get = async (path: string, cookie: string) =>
    (await fetch(`${on.app.url}/api/${path}`, { headers: { cookie } })).json() as Promise<unknown>;
  const ofCampaign = (key: string) =>
    on.sql<{ delivery_id: string; customer_id: string; state: string; reason: string | null }>(
      `SELECT d.* FROM deliveries d JOIN campaigns USING (campaign_id) WHERE key = $1 ORDER BY customer_id`,
      [key],
    );

  it('go through the gate, and need no address; the ledger balances by what was written', async () => {
    for (const key of ['note', 'call']) {
      expect((await ofCampaign(key)).map(({ state, reason }) => [state, reason])).toEqual([
        ['sent', null],
        ['sent', null],
        ['suppressed', 'deceased'],
      ]);
    }
    expect(on.sink.arrived).toEqual([]);
    expect(await on.reconcile()).toMatchObject({ states: { sent: 4 }, open: 0, balanced: true });
  });

  it('fail where the step does not say what to do, and say what is missing', async () => {
    expect((await ofCampaign('vague'))[0]).toMatchObject({ state: 'failed', reason: 'template_error' });
    const [row] = await on.sql<{ smtp_reply: string }>(
      `SELECT smtp_reply FROM deliveries WHERE reason = 'template_error' LIMIT 1`,
    );
    expect(row!.smtp_reply).toMatch(/task_content: instructions/);
  });

  it('are written with the state of their row or not at all', async () => {
    const [row] = await ofCampaign('call');
    await on.sql(`UPDATE deliveries SET state = 'planned', claim = $2 WHERE delivery_id = $1`, [
      row!.delivery_id,
      randomUUID(),
    ]);
    await on.sql(`DELETE FROM staff_tasks WHERE delivery_id = $1`, [row!.delivery_id]);
    const posting = {
      ...{ deliveryId: row!.delivery_id, anchorDate: '2031-06-05', channel: 'task' as const },
      ...{ title: 'Call', text: 'now', claim: randomUUID() },
    };
    await on.app.get(PostingsRepository).write([posting]);
    expect(await on.sql(`SELECT 1 FROM staff_tasks WHERE delivery_id = $1`, [row!.delivery_id])).toEqual([]);
    await on.sql(`UPDATE deliveries SET claim = $2 WHERE delivery_id = $1`, [
      row!.delivery_id,
      posting.claim,
    ]);
    await on.app.get(PostingsRepository).write([posting, { ...posting, deliveryId: randomUUID() }]);
    expect((await ofCampaign('call'))[0]).toMatchObject({ state: 'sent' });
    expect(await on.sql(`SELECT title FROM staff_tasks WHERE delivery_id = $1`, [row!.delivery_id])).toEqual([
      { title: 'Call' },
    ]);
  });

  it('are shown to the member they are for, unread until read', async () => {
    const [ann, other] = [await memberCookie(on.app, 'c1'), await memberCookie(on.app, 'c2')];
    const list = async (cookie: string, query = '') =>
      memberNoticePageSchema.parse(await get(`member/notices${query}`, cookie)).items;
    const [notice, ...more] = await list(ann);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ policyId: 'p1', topic: 'renewals', readAt: null });
    expect(notice!.subject).toMatch(/renew/i);
    expect(notice!.text).toContain('480');
    const read = (cookie: string) =>
      postJson(on.app, `/api/member/notices/${notice!.deliveryId}/read`, {}, cookie);
    expect((await read(other)).status).toBe(404);
    expect(await list(ann, '?unread=true')).toHaveLength(1);
    const first = (await (await read(ann)).json()) as { readAt: string };
    expect(await list(ann, '?unread=true')).toEqual([]);
    expect(await (await read(ann)).json()).toMatchObject({ readAt: first.readAt });
  });

  it('are a list for the desk, in its language, that those who do it close with what came of it', async () => {
    const marketing = await staffCookie(on.app, 'marketing');
    const retention = await staffCookie(on.app, 'retention');
    const list = async (query: string) => taskPageSchema.parse(await get(`staff/tasks?${query}`, marketing));
    const first = await list('state=open&limit=1');
    const second = await list(`state=open&limit=1&cursor=${first.nextCursor!}`);
    expect(second.nextCursor).toBeNull();
    expect([...first.items, ...second.items].map(({ customerId }) => customerId).sort()).toEqual([
      'c1',
      'c2',
    ]);
    const [task] = (await list('customerId=c2')).items as [StaffTask];
    expect(task).toMatchObject({
      ...{ title: call.en.title, instructions: call.en.instructions, campaignKey: 'call', policyId: 'p2' },
      ...{ customerName: 'Ann Reader 2', dueOn: '2031-05-06', state: 'open', outcome: null, closedBy: null },
    });
    const close = (cookie: string, outcome = 'Renews; new plates.') =>
      postJson(on.app, `/api/staff/tasks/${task.taskId}/close`, { state: 'done', outcome }, cookie);
    expect((await close(marketing)).status).toBe(403);
    expect((await close(retention, ' ')).status).toBe(400);
    const closed = { state: 'done', outcome: 'Renews; new plates.', closedBy: 'The retention' };
    expect(taskSchema.parse(await (await close(retention)).json())).toMatchObject(closed);
    expect((await list('customerId=c2')).items[0]).toMatchObject(closed);
    const again = await close(retention);
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([409, 'task_closed']);
    expect(
      await on.sql(`SELECT action, detail ->> 'outcome' AS outcome FROM audit_log WHERE subject = $1`, [
        `task:${task.taskId}`,
      ]),
    ).toEqual([{ action: 'task.done', outcome: closed.outcome }]);
  });

  it('are told apart in the ledger of the desk, in words', async () => {
    const [row] = await ofCampaign('note');
    const cookie = await staffCookie(on.app, 'compliance');
    expect(
      deliveryDetailSchema.parse(await get(`staff/deliveries/${row!.delivery_id}`, cookie)),
    ).toMatchObject({
      ...{ channel: 'portal', variant: null, mergedInto: null, contactOn: '2031-05-06', hasMessage: false },
      words: "A notice on the member's own pages.",
    });
    const notices = (await get('staff/deliveries?channel=portal', cookie)) as { total: number };
    expect(notices.total).toBe(3);
  });
});
