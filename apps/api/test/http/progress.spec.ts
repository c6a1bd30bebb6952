import { parse } from 'csv-parse/sync';
import { Agent, get as request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  campaignProgressSchema,
  sendingProgressSchema,
} from '../../src/features/progress/progress.schemas.js';
import { harness, until, type Harness } from '../integration/deliver-fixture.js';
import { postJson, staffCookie } from '../support/sign-in.js';

describe('what sending does, over HTTP', () => {
  let on: Harness;
  let cookie: string;
  const get = (path: string, as = cookie) => fetch(`${on.app.url}/api${path}`, { headers: { cookie: as } });
  const recipients = async (query = '') => {
    const response = await get(`/staff/campaigns/motor-renewal/recipients.csv${query}`);
    expect(response.status).toBe(200);
    const text = await response.text();
    return { response, rows: parse(text, { columns: true, bom: true }) as Record<string, string>[] };
  };

  beforeAll(async () => {
    on = await harness();
    await on.people(7);
    await on.sql(`UPDATE customers SET email = NULL WHERE customer_id = 'c7'`);
    await on.sql(
      `UPDATE customers SET given_name = '=HYPERLINK("http://x")', family_name = 'O"Brien, Jr' WHERE customer_id = 'c1'`,
    );
    on.sink.script = (stage, to) =>
      stage === 'rcpt' && to === 'c6@example.com' ? '550 5.1.1 unknown' : null;
    await on.campaign();
    await on.plan();
    await on.settle();
    cookie = await staffCookie(on.app, 'marketing');
  });
  afterAll(() => on.close());

  it('is told for the house and for a campaign, in the form that is described', async () => {
    const house = sendingProgressSchema.parse(await (await get('/staff/sending/progress')).json());
    expect(house.standing).toBe('idle');
    const campaign = await get('/staff/campaigns/motor-renewal/progress');
    expect(campaignProgressSchema.parse(await campaign.json())).toMatchObject({
      key: 'motor-renewal',
      remaining: { ready: 0, working: 0, putOff: 0, held: 0 },
    });
    expect((await get('/staff/campaigns/none/progress')).status).toBe(404);
  });

  it('stops at once when somebody stops it, whatever it was doing', async () => {
    expect(
      (await postJson(on.app, '/api/staff/sending/stop', { reason: 'A wrong letter' }, cookie)).status,
    ).toBe(200);
    const { standing, causes } = sendingProgressSchema.parse(
      await (await get('/staff/sending/progress')).json(),
    );
    expect([standing, causes[0]]).toMatchObject(['stopped', { code: 'stopped', detail: 'A wrong letter' }]);
    const compliance = await staffCookie(on.app, 'compliance');
    expect((await postJson(on.app, '/api/staff/sending/resume', {}, compliance)).status).toBe(200);
  });

  it('gives the list of who got it and who did not, why, and what the mail server said', async () => {
    const { response, rows } = await recipients();
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename=motor-renewal-recipients.csv',
    );
    const by = Object.fromEntries(rows.map((row) => [row['customer_id'], row]));
    expect(Object.keys(by).sort()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7']);
    expect(by['c2']).toMatchObject({
      state: 'sent',
      address: 'c2@example.com',
      smtp_reply: '250 2.0.0 taken',
    });
    expect(by['c6']).toMatchObject({
      state: 'bounced',
      reason: 'address_refused',
      smtp_reply: '550 5.1.1 unknown',
    });
    expect(by['c6']!['explanation']).toContain("refused the customer's address");
    expect(by['c7']).toMatchObject({
      state: 'suppressed',
      reason: 'no_address',
      smtp_reply: '',
      sent_at: '',
    });
    // What a customer calls himself is text, also to a spreadsheet.
    expect(by['c1']!['name']).toBe(`'=HYPERLINK("http://x") O"Brien, Jr`);
  });

  it('says of a letter what was last reported of it, where the mail server had only said that it took it', async () => {
    const report = (customerId: string, kind: string, excerpt: string | null, believed = true) =>
      on.sql(
        `INSERT INTO delivery_evidence (delivery_id, anchor_date, kind, source, external_id, at, detail, excerpt, believed)
         SELECT delivery_id, anchor_date, $2, 'ses', gen_random_uuid()::text, now(), NULL, $3, $4
           FROM deliveries WHERE customer_id = $1`,
        [customerId, kind, excerpt, believed],
      );
    await report('c2', 'delayed', '451 4.3.0 try again');
    await report('c2', 'bounced', '550 5.1.1 user "c2", unknown');
    await report('c2', 'reply', 'I have been ill.');
    await report('c2', 'bounced', 'This is what somebody made up.', false);
    await report('c3', 'bounced', '=HYPERLINK("http://x")');
    await report('c4', 'complaint', null);
    // What a letter carries beside the row that leads it came back with it.
    await on.sql(
      `UPDATE deliveries SET merged_into = (SELECT delivery_id FROM deliveries WHERE customer_id = 'c2')
        WHERE customer_id = 'c5'`,
    );
    const { rows } = await recipients();
    const by = Object.fromEntries(rows.map((row) => [row['customer_id'], row['report']]));
    expect(by).toEqual({
      ...{ c1: '', c2: '550 5.1.1 user "c2", unknown', c3: `'=HYPERLINK("http://x")`, c4: 'complaint' },
      ...{ c5: '550 5.1.1 user "c2", unknown', c6: '', c7: '' },
    });
    await on.sql(`UPDATE deliveries SET merged_into = NULL`);
  });

  it('gives a part of the list, named after it', async () => {
    const { response, rows } = await recipients('?state=bounced,suppressed');
    expect(rows.map((row) => row['customer_id']).sort()).toEqual(['c6', 'c7']);
    expect(response.headers.get('content-disposition')).toContain(
      'motor-renewal-recipients-bounced-suppressed.csv',
    );
    expect((await get('/staff/campaigns/motor-renewal/recipients.csv?state=lost')).status).toBe(400);
    expect((await get('/staff/campaigns/none/recipients.csv')).status).toBe(404);
  });

  it('writes down who has taken the list out, and gives it to nobody who may not', async () => {
    const before = await on.sql(`SELECT FROM audit_log WHERE action = 'recipients.exported'`);
    await recipients('?state=sent');
    const [entry] = await on.sql<{ actor: string; subject: string; detail: unknown }>(
      `SELECT actor, subject, detail FROM audit_log WHERE action = 'recipients.exported' ORDER BY entry_no DESC LIMIT 1`,
    );
    expect(entry).toMatchObject({ subject: 'campaign:motor-renewal', detail: { states: ['sent'] } });
    expect(await on.sql(`SELECT FROM audit_log WHERE action = 'recipients.exported'`)).toHaveLength(
      before.length + 1,
    );
    const service = await staffCookie(on.app, 'service');
    expect((await get('/staff/campaigns/motor-renewal/recipients.csv', service)).status).toBe(403);
  });

  it('lets go of the database when the reader goes away in the middle', async () => {
    // More than fits in the buffers on the way, so that it has to wait for its reader.
    await on.sql(
      `INSERT INTO deliveries (campaign_id, campaign_version, step, subject_id, anchor_date, customer_id, class, topic, priority,
                               template, due_at, contact_on, expires_at, state, state_at, smtp_reply)
       SELECT campaign_id, 1, 't-30', 'x' || n, anchor_date, 'c1', class, topic, priority, template, due_at, contact_on,
              expires_at, 'sent', state_at, repeat('x', 2500)
         FROM (SELECT * FROM deliveries LIMIT 1) one, generate_series(1, 8000) n`,
    );
    const reading = () =>
      on.sql(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'FETCH%' AND state <> 'idle'`,
      );
    await new Promise<void>((resolve, reject) => {
      const asked = request(
        `${on.app.url}/api/staff/campaigns/motor-renewal/recipients.csv`,
        { headers: { cookie }, agent: new Agent() },
        (response) => response.once('data', () => (response.destroy(), resolve())),
      );
      asked.once('error', reject);
    });
    await until('the cursor is closed', async () => (await reading()).length === 0);
    // And the next one gets all of it.
    expect((await recipients()).rows).toHaveLength(8_007);
  });
});
