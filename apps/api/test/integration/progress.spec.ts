import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveriesService } from '../../src/features/deliveries/deliveries.service.js';
import { SendingStopService } from '../../src/features/deliveries/sending-stop.service.js';
import { SendingTallyService } from '../../src/features/deliveries/sending-tally.service.js';
import { ProgressService } from '../../src/features/progress/progress.service.js';
import { StatusService } from '../../src/features/progress/status.service.js';
import { WorkersRepository } from '../../src/features/progress/workers.repository.js';
import { RatesService } from '../../src/features/rates/rates.service.js';
import { testDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { harness, until, type Harness } from './deliver-fixture.js';

const start = '2031-05-06T09:30:00Z';

describe('the progress of sending', () => {
  let on: Harness;
  let clock: SettableClock;
  const house = () => on.app.get(ProgressService).ofHouse();
  /** Another process, alive for as long as the test. */
  const alive = (roles: string[], seen = '1 hour') =>
    on.sql(
      `INSERT INTO workers (worker_id, host, pid, roles, version, connections, started_at, seen_at)
       VALUES ($1, 'elsewhere', 1, $2, '1', 10, now() - interval '1 day', now() + $3::interval)`,
      [randomUUID(), roles, seen],
    );
  /** Time passes, so that what was remembered has grown old, and planning keeps up with it. */
  const later = async (minutes: number) => {
    clock.advance({ minutes });
    await on.sql(`UPDATE step_progress SET planned_until = $1`, [clock.now().toString()]);
  };
  /** Gives rows to a worker that does nothing with them. */
  const release = (where: string) =>
    on.sql(
      `WITH rows AS (UPDATE deliveries SET chunk_id = $1 ${where} RETURNING anchor_date)
       INSERT INTO dispatch_chunks (chunk_id, rows, first_anchor, last_anchor)
       SELECT $1, count(*), min(anchor_date), max(anchor_date) FROM rows`,
      [randomUUID()],
    );
  const campaignId = async () =>
    (await on.sql<{ campaign_id: string }>(`SELECT campaign_id FROM campaigns`))[0]!.campaign_id;

  beforeAll(async () => {
    clock = new SettableClock(start);
    on = await harness({ clock });
  });
  beforeEach(async () => {
    await on.reset();
    await on.sql(`TRUNCATE workers, sending_pulses`);
    await on.sql(`UPDATE contact_limits SET sending_stopped_at = NULL`);
    await on.people(8);
    await on.campaign();
    await on.plan();
    await later(1);
  });
  afterAll(() => on.close());

  describe('that does not move says why', () => {
    it('nobody is there to send', async () => {
      await alive(['worker'], '-5 minutes');
      await alive(['web', 'scheduler']);
      expect(await house()).toMatchObject({
        standing: 'stalled',
        stalledSince: '2031-05-06T09:00:00.000Z',
        causes: [{ code: 'no_worker', since: expect.stringContaining('T') }],
        remaining: { ready: 8, working: 0 },
        forecast: { endsAt: null },
        processes: expect.arrayContaining([
          expect.objectContaining({ state: 'alive', roles: ['web', 'scheduler'] }),
          expect.objectContaining({ state: 'lost', roles: ['worker'] }),
        ]),
      });
    });

    it('nobody notices that something is due', async () => {
      await alive(['worker']);
      expect((await house()).causes).toMatchObject([{ code: 'no_scheduler' }]);
    });

    it('no mail server takes messages', async () => {
      await alive(['worker', 'scheduler']);
      await on.sink.down();
      await on.settle(200);
      const deliveries = on.app.get(DeliveriesService);
      await until('trouble', async () => (await deliveries.sendingStatus()).reason === 'mail_server_down');
      await later(5);
      const { standing, causes } = await house();
      expect(standing).toBe('stalled');
      expect(causes).toMatchObject([{ code: 'mail_server', detail: expect.stringContaining('unreachable') }]);
      await on.sink.up();
    });

    it('planning does not keep up', async () => {
      await alive(['worker', 'scheduler']);
      await on.sql(`UPDATE step_progress SET planned_until = $1::timestamptz - interval '20 minutes'`, [
        clock.now().toString(),
      ]);
      expect((await house()).causes).toMatchObject([{ code: 'planning_behind' }]);
    });

    it('workers are there and do nothing', async () => {
      await alive(['worker', 'scheduler']);
      expect((await house()).causes).toMatchObject([{ code: 'not_released' }]);
      await release('');
      await later(1);
      expect(await house()).toMatchObject({
        causes: [{ code: 'workers_silent' }],
        remaining: { ready: 0, working: 8 },
      });
    });

    it('somebody has stopped all sending', async () => {
      await on.app.get(SendingStopService).stop('The premium is wrong', 'test');
      expect(await house()).toMatchObject({
        standing: 'stopped',
        causes: [
          { code: 'stopped', detail: 'The premium is wrong' },
          { code: 'no_worker' },
          { code: 'no_scheduler' },
        ],
      });
    });
  });

  describe('tells of rows that wait what they wait for', () => {
    beforeEach(() => alive(['worker', 'scheduler']));

    it.each([
      ['paused', `UPDATE campaigns SET state = 'paused'`],
      ['not_approved', `UPDATE deliveries SET campaign_version = 99`],
    ])('%s', async (why, statement) => {
      await on.sql(statement);
      expect(await house()).toMatchObject({
        standing: 'held',
        causes: [],
        held: [{ why, campaignKey: 'motor-renewal', count: 8, from: null }],
        remaining: { ready: 0, held: 8 },
        forecast: { endsAt: null },
      });
    });

    it('hours of contact, and when they begin', async () => {
      const from = '2031-05-07T06:15:00.000Z';
      await on.sql(`UPDATE deliveries SET reason = 'quiet_hours', next_attempt_at = $1`, [from]);
      expect(await house()).toMatchObject({
        standing: 'waiting',
        held: [
          {
            why: 'quiet_hours',
            onRow: true,
            count: 8,
            from,
            to: from,
          },
        ],
      });
    });
  });

  it('counts rows by where they are, and forecasts the end from the pace of the last minute', async () => {
    await alive(['worker', 'scheduler']);
    await on.sql(`UPDATE deliveries SET state = 'sent' WHERE customer_id IN ('c1', 'c2')`);
    await on.sql(`UPDATE deliveries SET state = 'bounced' WHERE customer_id = 'c3'`);
    await release(`WHERE customer_id = 'c4'`);
    await on.sql(
      `INSERT INTO sending_pulses SELECT now() - interval '5 seconds' * n, $2, $1, 2, 0, 1 FROM generate_series(1, 12) n`,
      [await campaignId(), randomUUID()],
    );
    const progress = await house();
    expect(progress).toMatchObject({
      standing: 'sending',
      states: { sent: 2, bounced: 1, planned: 5 },
      remaining: { ready: 4, working: 1, putOff: 0, held: 0 },
      campaigns: [{ key: 'motor-renewal', due: 8, settled: 3, sent: 2, missed: 1, ready: 4, working: 1 }],
      forecast: { basis: 'pace' },
    });
    expect(progress.rate.lastMinute).toBeCloseTo(36 / 60, 1);
    expect(progress.rate.history.at(-1)!.sent).toBeGreaterThan(0);
    // Five rows at 0.6 a second.
    const secondsLeft = (Date.parse(progress.forecast.endsAt!) - Date.parse(progress.now)) / 1000;
    expect(secondsLeft).toBeCloseTo(5 / progress.rate.lastMinute, 0);
    const one = await on.app.get(ProgressService).ofCampaign('motor-renewal');
    expect(one.remaining).toEqual(progress.remaining);
    await expect(on.app.get(ProgressService).ofCampaign('nothing')).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('forecasts the end of a warm-up by what each of its days allows', async () => {
    await alive(['worker', 'scheduler']);
    const rates = on.app.get(RatesService);
    const [today] = await on.sql<{ startsOn: string; secondsLeft: number }>(
      `SELECT day::text AS "startsOn", extract(epoch FROM (day + 1)::timestamp - at)::float8 AS "secondsLeft"
         FROM (SELECT at, at::date AS day FROM (SELECT now() AT TIME ZONE 'UTC' AS at)) clock`,
    );
    const { startsOn, secondsLeft } = today!;
    await rates.setWarmUp(
      { identity: rates.identity, startsOn, firstDay: 2, factor: 2, upTo: 1_000 },
      'test',
    );
    await on.sql(`INSERT INTO sending_pulses VALUES (now() - interval '5 seconds', $2, $1, 60, 0, 0)`, [
      ...[await campaignId(), randomUUID()],
    ]);
    // One of those that have a place today is with a worker.
    await release(`WHERE customer_id = 'c1'`);
    const { now, forecast } = await house();
    // Two today, four tomorrow, and the last two on the day after.
    expect(forecast.basis).toBe('pace');
    const secondsToGo = (Date.parse(forecast.endsAt!) - Date.parse(now)) / 1000;
    expect(Math.abs(secondsToGo - secondsLeft - 86_400)).toBeLessThan(30);
    // At one a day that hardly grows, a year is not enough.
    await rates.setWarmUp(
      { identity: rates.identity, startsOn, firstDay: 1, factor: 1.01, upTo: 1_000 },
      'test',
    );
    await on.sql(
      `INSERT INTO deliveries (campaign_id, campaign_version, step, subject_id, anchor_date, customer_id, class, topic, priority,
                               template, due_at, contact_on, expires_at, state, state_at)
       SELECT campaign_id, campaign_version, step, 'x' || n, anchor_date, 'c1', class, topic, priority, template, due_at,
              contact_on, expires_at, 'planned', state_at
         FROM (SELECT * FROM deliveries LIMIT 1) one, generate_series(1, 4000) n`,
    );
    await later(1);
    expect((await house()).forecast).toEqual({ endsAt: null, basis: null });
    await rates.deleteWarmUp(rates.identity, 'test');
  });

  it('counts as done what was settled today, also of what had been due before', async () => {
    await alive(['worker', 'scheduler']);
    await on.sql(`UPDATE deliveries SET due_at = due_at - interval '2 days'`);
    await on.sql(`UPDATE deliveries SET state = 'sent' WHERE customer_id IN ('c1', 'c2', 'c3')`);
    await on.sql(`INSERT INTO sending_pulses VALUES ($2, $3, $1, 2, 0, 1)`, [
      ...[await campaignId(), clock.now().toString(), randomUUID()],
    ]);
    expect(await house()).toMatchObject({ done: { settled: 3, of: 8 }, campaigns: [{ settled: 3, due: 8 }] });
  });

  it('adds up for a campaign by itself, whatever the others do', async () => {
    const other = {
      key: 'other',
      name: 'Other',
      audience: { field: 'policy.id', op: 'in', value: ['p1', 'p2'] },
    };
    await on.campaign(other);
    await on.plan();
    await on.sql(`UPDATE campaigns SET state = 'paused' WHERE key = 'other'`);
    expect((await on.app.get(ProgressService).ofCampaign('other')).remaining).toMatchObject({
      ready: 0,
      held: 2,
    });
    const { held } = await on.app.get(ProgressService).ofCampaign('motor-renewal');
    expect(held).toEqual([]);
  });

  it('forgets signs of life and pulses after a day', async () => {
    await on.sql(
      `INSERT INTO sending_pulses SELECT now() - interval '1 hour' * n, $1, $1, 1, 0, 0 FROM generate_series(20, 30) n`,
      [randomUUID()],
    );
    await alive(['worker'], '-2 days');
    await on.app.get(WorkersRepository).tidy();
    expect(await on.sql(`SELECT count(*)::int AS n FROM sending_pulses`)).toEqual([{ n: 4 }]);
    expect(await on.sql(`SELECT FROM workers WHERE host = 'elsewhere'`)).toEqual([]);
  });

  it('answers what an operator asks first', async () => {
    await alive(['worker']);
    const status = await on.app.get(StatusService).get();
    expect(status).toMatchObject({
      standing: 'stalled',
      remaining: { ready: 8 },
      database: { version: expect.stringMatching(/^18/) },
    });
    expect(status.database.bytes).toBeGreaterThan(1e6);
    expect(status.rate).not.toHaveProperty('history');
  });
});

describe('the signs of life of a process', () => {
  it('come with what was settled since the last one, and end when it stops in order', async () => {
    const database = await testDatabase();
    const on = await harness({ database });
    const id = randomUUID();
    on.app
      .get(SendingTallyService)
      .count(id, [{ to: 'sent' }, { to: 'sent' }, { to: 'planned' }, { to: 'suppressed' }]);
    await until('a pulse', async () => (await on.sql(`SELECT FROM sending_pulses`)).length > 0);
    on.app.get(SendingTallyService).count(id, [{ to: 'bounced' }]);
    await on.close();
    expect(
      await database.dataSource.query(
        `SELECT campaign_id, sent, missed, kept FROM sending_pulses ORDER BY at`,
      ),
    ).toEqual([
      { campaign_id: id, sent: 2, missed: 0, kept: 1 },
      { campaign_id: id, sent: 0, missed: 1, kept: 0 },
    ]);
    // Who settles something is a worker, whatever it was started as.
    expect(
      await database.dataSource.query(`SELECT roles, left_at IS NOT NULL AS "left" FROM workers`),
    ).toEqual([{ roles: ['web', 'worker'], left: true }]);
    await database.close();
  });
});
