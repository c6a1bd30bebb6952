import { campaignSchema, type Campaign } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { addVersion, clearCampaigns, ledgerRows, plannerOn, startCampaign } from './planner-support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await clearCampaigns(database.dataSource);
  await database.dataSource.query('TRUNCATE customers, policies CASCADE');
  await database.dataSource.query(
    'UPDATE last_contacts_progress SET events_until = DEFAULT, sent_until = DEFAULT',
  );
});

const at = (text: string) => Temporal.Instant.from(text);
const sql = (statement: string, parameters: unknown[] = []): Promise<unknown> =>
  database.dataSource.query(statement, parameters);

/** A customer of a zone with one policy that began in 2020; both are called by the same id. */
async function person(id: string, zone = 'UTC'): Promise<void> {
  await sql('INSERT INTO customers (customer_id, time_zone) VALUES ($1, $2)', [id, zone]);
  await sql(
    `INSERT INTO policies (policy_id, customer_id, line, status, start_date)
     VALUES ($1, $1, 'home', 'in_force', '2020-01-01')`,
    [id],
  );
}

let events = 0;
async function event(type: string, customer: string, moment: string): Promise<string> {
  const id = `e${(events += 1)}`;
  await sql(
    'INSERT INTO customer_events (event_id, type, customer_id, policy_id, at) VALUES ($1, $2, $3, $3, $4)',
    [id, type, customer, moment],
  );
  return id;
}

function campaign(given: Partial<Record<keyof Campaign, unknown>>): Campaign {
  return campaignSchema.parse({
    ...{
      key: 'one',
      name: 'One',
      class: 'service',
      topic: 'care',
      subject: 'customer',
      audience: { all: [] },
    },
    steps: [{ key: 'only', offsetDays: 1, at: '09:00', template: 'none' }],
    ...given,
  });
}

function start(given: Campaign, plannedUntil: string): Promise<string> {
  const watermarks = Object.fromEntries(given.steps.map(({ key }) => [key, at(plannedUntil)]));
  return startCampaign(database.dataSource, given, watermarks);
}

/** Each row as who, which step, counted from when, and what came of it. */
async function rows(): Promise<string[]> {
  const ledger = await ledgerRows(database.dataSource);
  return ledger
    .map(({ subjectId, step, anchorDate, state, reason }) =>
      [subjectId, step, anchorDate, state, reason ?? ''].join(' ').trim(),
    )
    .sort();
}

const plan = (moment: string) => plannerOn(database.dataSource).plan(at(moment));

describe('an event', () => {
  const afterClaim = campaign({ trigger: { type: 'event', event: 'claim_closed' } });

  it('happens on the local day of each customer, on either side of their midnight', async () => {
    // One moment: still the 9th in New York, the 10th in London, already evening of the 10th in Tokyo.
    for (const zone of ['America/New_York', 'Europe/London', 'Asia/Tokyo']) {
      await person(zone, zone);
      await event('claim_closed', zone, '2026-03-10T03:30Z');
    }
    await start(afterClaim, '2026-03-10T00:00Z');
    await plan('2026-03-12T00:00Z');
    expect(await rows()).toEqual([
      'America/New_York only 2026-03-09 planned',
      'Asia/Tokyo only 2026-03-10 planned',
      'Europe/London only 2026-03-10 planned',
    ]);
  });

  it('counts once a day, however often it happens', async () => {
    await person('a');
    for (const hour of ['08', '12', '23']) await event('claim_closed', 'a', `2026-03-10T${hour}:00Z`);
    await event('claim_opened', 'a', '2026-03-09T10:00Z');
    await event('claim_closed', 'a', '2026-03-11T00:00Z');
    await start(afterClaim, '2026-03-10T00:00Z');
    await plan('2026-03-12T12:00Z');
    expect(await rows()).toEqual(['a only 2026-03-10 planned', 'a only 2026-03-11 planned']);
  });

  it('is a first visit of the portal only the first time', async () => {
    await person('a');
    await person('b');
    await event('portal_login', 'a', '2026-03-10T08:00Z');
    await event('portal_login', 'b', '2026-02-01T08:00Z');
    await event('portal_login', 'b', '2026-03-10T08:00Z');
    await start(campaign({ trigger: { type: 'event', event: 'first_portal_login' } }), '2026-03-10T00:00Z');
    await plan('2026-03-11T12:00Z');
    expect(await rows()).toEqual(['a only 2026-03-10 planned']);
  });
});

describe('silence', () => {
  const silent = campaign({
    trigger: { type: 'date', field: 'customer.lastContact' },
    steps: [
      { key: 'mail', offsetDays: 90, at: '09:00', template: 'none' },
      { key: 'call', offsetDays: 97, at: '09:00', channel: 'task' },
    ],
  });
  const contactOn = async () => {
    const found = await database.dataSource.query<{ id: string; day: string }[]>(
      'SELECT customer_id AS id, contact_on AS day FROM last_contacts ORDER BY customer_id',
    );
    return found.map(({ id, day }) => `${id} ${day}`);
  };

  it('is counted from the last contact, and from the first policy while there was none', async () => {
    await person('a');
    await person('b');
    await person('c');
    await event('contact', 'a', '2026-01-01T10:00Z');
    await event('portal_login', 'b', '2025-11-01T10:00Z');
    await event('payment_failed', 'b', '2026-01-01T10:00Z');
    await sql(`UPDATE policies SET start_date = '2026-01-01' WHERE policy_id = 'c'`);
    await start(silent, '2026-04-01T00:00Z');
    await plan('2026-04-01T12:00Z');
    expect(await rows()).toEqual(['a mail 2026-01-01 planned', 'c mail 2026-01-01 planned']);
  });

  it('is broken by a letter, but not by one about money, by a task, nor by the word about silence itself', async () => {
    await person('a');
    const steps = [{ key: 'only', template: 'none' }];
    const trigger = { type: 'once', at: '2026-01-02T09:00' };
    const tips = campaign({ key: 'tips', trigger, steps, catchUpHours: 1 });
    const letters = await start(tips, '2026-01-01T00:00Z');
    const nudge = await start(silent, '2026-01-01T00:00Z');
    await plan('2026-01-02T09:30Z');
    const sent = (change: string) =>
      sql(`UPDATE deliveries SET state = 'sent', sent_at = '2026-01-02T09:01Z', ${change}`);
    await sent(`topic = 'payments'`);
    await plan('2026-01-03T01:00Z');
    expect(await contactOn()).toEqual([]);
    await sent(`topic = 'care', channel = 'task'`);
    await plan('2026-01-03T02:00Z');
    expect(await contactOn()).toEqual([]);
    await sent(`channel = 'email', campaign_id = '${nudge}'`);
    await plan('2026-01-03T03:00Z');
    expect(await contactOn()).toEqual([]);
    await sent(`campaign_id = '${letters}'`);
    await plan('2026-01-03T04:00Z');
    expect(await contactOn()).toEqual(['a 2026-01-02']);
  });

  it('misses no event that was written before a tick and committed after it', async () => {
    await person('a', 'Asia/Tokyo');
    await start(silent, '2026-04-01T00:00Z');
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(
      `INSERT INTO customer_events (event_id, type, customer_id, at) VALUES ('slow', 'contact', 'a', '2026-03-01T20:00Z')`,
    );
    // Another one is written and seen meanwhile.
    const id = await event('contact', 'a', '2026-02-01T10:00Z');
    await plan('2026-04-01T12:00Z');
    expect(await contactOn()).toEqual(['a 2026-02-01']);
    await runner.commitTransaction();
    await runner.release();
    await plan('2026-04-01T12:01Z');
    expect(await contactOn()).toEqual(['a 2026-03-02']);
    await sql(`UPDATE customer_events SET at = '2026-03-05T10:00Z' WHERE event_id = $1`, [id]);
    await plan('2026-04-01T12:02Z');
    expect(await contactOn()).toEqual(['a 2026-03-05']);
  });
});

describe('a version', () => {
  const once = campaign({
    trigger: { type: 'once', at: '2026-03-10T09:00' },
    steps: [{ key: 'only', template: 'none' }],
  });

  it('plans nothing as long as nobody has approved it, and the database does not let it run', async () => {
    await person('a');
    await start(once, '2026-03-10T00:00Z');
    const unapproved = [
      `UPDATE campaign_versions SET state = 'draft'`,
      `INSERT INTO campaign_versions (campaign_id, version, definition, content_hash, created_by, state, running)
       SELECT campaign_id, 2, definition, 'hash', 'test', 'submitted', 'finishing' FROM campaign_versions`,
    ];
    for (const statement of unapproved) await expect(sql(statement)).rejects.toThrow();
    await sql(`ALTER TABLE campaign_versions DISABLE TRIGGER USER`);
    await sql(`ALTER TABLE campaign_versions DROP CONSTRAINT campaign_versions_run_approved`);
    await sql(`UPDATE campaign_versions SET state = 'submitted'`);
    expect(await plan('2026-03-10T12:00Z')).toMatchObject({ planned: 0 });
    await sql(`UPDATE campaign_versions SET state = 'approved'`);
    await sql(`ALTER TABLE campaign_versions ADD CONSTRAINT campaign_versions_run_approved
               CHECK (running IS NULL OR state = 'approved')`);
    await sql(`ALTER TABLE campaign_versions ENABLE TRIGGER USER`);
    expect(await plan('2026-03-10T12:00Z')).toMatchObject({ planned: 1 });
  });

  it('that is finishing ends when its people are through', async () => {
    await person('a');
    const id = await start(once, '2026-03-10T00:00Z');
    await sql(`UPDATE campaign_versions SET running = 'finishing', finishes_at = '2026-03-12T00:00Z'`);
    await addVersion(database.dataSource, id, once, { version: 2, running: 'open' });
    const running = () =>
      database.dataSource
        .query<{ running: string | null }[]>('SELECT running FROM campaign_versions ORDER BY version')
        .then((found) => found.map((row) => row.running));
    await plan('2026-03-11T23:59Z');
    expect(await running()).toEqual(['finishing', 'open']);
    await plan('2026-03-12T00:00Z');
    expect(await running()).toEqual([null, 'open']);
  });
});
