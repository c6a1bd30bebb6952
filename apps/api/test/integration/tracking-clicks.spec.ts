import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { classifyClicks, type Click } from '@aftercare/domain';
import { ClickJudgeService } from '../../src/features/tracking/click-judge.service.js';
import { SightingsRepository } from '../../src/features/tracking/sightings.repository.js';
import type { SeenClick } from '../../src/features/tracking/sightings.types.js';
import { TrackingJob } from '../../src/features/tracking/tracking.job.js';
import { TrackingService } from '../../src/features/tracking/tracking.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { insertDelivery, insertSmallBook } from '../support/small-book.js';
import { until } from './deliver-fixture.js';

const sentAt = '2026-11-20T09:00:00Z';
const anchorDate = '2026-11-20';
const much = Temporal.Instant.from('2026-11-30T00:00:00Z');

let database: TestDatabase;
let app: TestApp;
let letters: string[];

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database });
  await insertSmallBook(database.dataSource);
  letters = [];
  for (let at = 0; at < 6; at += 1) {
    letters.push(
      await insertDelivery(database.dataSource, { customerId: 'C1', policyId: `MOT-${at}`, sentAt }),
    );
  }
});
afterAll(async () => {
  await app.close();
  await database.close();
});
beforeEach(() => database.dataSource.query('TRUNCATE delivery_clicks, delivery_opens'));

/** A click of a person with a browser, so many seconds after the letter went. */
const click = (seconds: number, change: Partial<SeenClick> = {}): SeenClick => ({
  ...{ deliveryId: letters[0]!, anchorDate, link: 0, request: 'get', agent: 'browser', network: 'home' },
  at: new Date(Date.parse(sentAt) + seconds * 1000),
  ...change,
});
const note = (...clicks: SeenClick[]) => app.get(SightingsRepository).insertClicks(clicks);
const judge = (now = much) => app.get(ClickJudgeService).judge(now);
const verdicts = async () =>
  (
    await database.dataSource.query<{ judged: boolean; machine: string | null }[]>(
      'SELECT judged, machine FROM delivery_clicks ORDER BY at, click_id',
    )
  ).map(({ judged, machine }) => (judged ? (machine ?? 'person') : 'waiting'));

describe('clicks', () => {
  test('of a scanner, 43 seconds after the send and under the name of a browser, are told from a reader’s', async () => {
    await note(
      ...[0, 1, 2, 3].map((link) => click(43 + link * 0.2, { link, network: 'scanner' })),
      click(5400),
    );
    expect(await judge()).toBe(5);
    expect(await verdicts()).toEqual(['burst', 'burst', 'burst', 'burst', 'person']);
    const shown = await app.get(TrackingService).ofCampaign('motor-renewal');
    expect(shown.clicks).toEqual({ raw: 5, human: 1, machine: 4, waiting: 0, readers: 1 });
  });

  test('are judged anew when those beside them come in late', async () => {
    await note(click(43));
    await judge();
    expect(await verdicts()).toEqual(['person']);
    await note(click(43.7, { link: 1, network: 'elsewhere' }));
    expect(await judge()).toBe(1);
    expect(await verdicts()).toEqual(['burst', 'burst']);
  });

  test('of a crowd are seen as one when the last of them comes in, across letters', async () => {
    const from = (letter: number) =>
      click(600 + letter * 0.1, { deliveryId: letters[letter]!, network: 'gate' });
    await note(...[0, 1, 2, 3].map(from));
    await judge();
    expect(await verdicts()).toEqual(['person', 'person', 'person', 'person']);
    await note(from(4));
    await judge();
    expect(new Set(await verdicts())).toEqual(new Set(['crowd']));
  });

  test('wait until those beside them can have come in', async () => {
    await note(click(60));
    const at = Temporal.Instant.from(sentAt).add({ seconds: 60 });
    expect(await judge(at.add({ seconds: 14 }))).toBe(0);
    expect(await verdicts()).toEqual(['waiting']);
    expect(await judge(at.add({ seconds: 16 }))).toBe(1);
  });

  test('on the way to the reader, before the mail server had taken the letter, are nobody’s', async () => {
    await note(click(-0.4), click(20));
    await judge();
    expect(await verdicts()).toEqual(['before_arrival', 'person']);
  });

  test('of people show that a letter in doubt has arrived; those of machines do not', async () => {
    const doubted = await Promise.all(
      ['D-1', 'D-2'].map((policyId) =>
        insertDelivery(database.dataSource, {
          ...{ customerId: 'C1', policyId, sentAt: null, state: 'in_doubt', reason: 'connection_lost' },
        }),
      ),
    );
    await note(
      click(3600, { deliveryId: doubted[0]! }),
      click(7200, { deliveryId: doubted[0]! }),
      click(3600, { deliveryId: doubted[1]!, agent: 'robot' }),
    );
    await judge();
    const rows = await database.dataSource.query(
      `SELECT d.state, e.source, e.kind FROM deliveries d LEFT JOIN delivery_evidence e USING (delivery_id)
        WHERE d.policy_id LIKE 'D-%' ORDER BY d.policy_id`,
    );
    expect(rows).toEqual([
      { state: 'sent', source: 'click', kind: 'delivered' },
      { state: 'in_doubt', source: null, kind: null },
    ]);
  });

  test('are judged by the database’s portions as they would be all at once', async () => {
    const seen = fc.record({
      letter: fc.nat(5),
      ms: fc.nat(6000),
      link: fc.nat(1),
      network: fc.constantFrom('a', 'a', 'b', null),
      portion: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(seen, { minLength: 1, maxLength: 25 }), async (all) => {
        await database.dataSource.query('TRUNCATE delivery_clicks');
        const clicks = all.map(({ letter, ms, link, network }) =>
          click(100 + ms / 1000, { deliveryId: letters[letter]!, link, network }),
        );
        for (let portion = 0; portion < 3; portion += 1) {
          const some = clicks.filter((_, at) => all[at]!.portion === portion);
          if (some.length > 0) await note(...some);
          await judge();
        }
        const found = await database.dataSource.query<(SeenClick & { machine: string | null })[]>(
          `SELECT delivery_id AS "deliveryId", link, at, request, agent, network, machine FROM delivery_clicks`,
        );
        expect(found).toHaveLength(all.length);
        const asOne = classifyClicks(
          found.map((each): Click => ({ ...each, at: each.at.getTime(), acceptedAt: Date.parse(sentAt) })),
        );
        expect(found.map(({ machine }) => machine !== null)).toEqual(asOne.map((reason) => reason !== null));
      }),
      { numRuns: 30 },
    );
  });
});

test('a scheduler judges what came in and ties what it brought, when its tick comes', async () => {
  const clock = new SettableClock('2026-11-21T12:00:00Z');
  const scheduler = await testApp({ database, clock, config: { roles: new Set(['scheduler']) } });
  try {
    await note(click(3600));
    await database.dataSource.query(
      `INSERT INTO customer_events (event_id, type, customer_id, at) VALUES ('visit', 'portal_login', 'C1', '2026-11-20T10:00:01Z')`,
    );
    await scheduler.get(TrackingJob).tick();
    await until('the click is judged and the visit tied', async () => {
      const [tied] = await database.dataSource.query<{ source: string }[]>(
        'SELECT source FROM delivery_outcomes',
      );
      return (await verdicts())[0] === 'person' && tied?.source === 'event visit';
    });
  } finally {
    await scheduler.close();
  }
});

describe('what was seen', () => {
  test('loses where it came from, and goes altogether when the operator says so', async () => {
    await note(click(10), click(100_000));
    const middle = Temporal.Instant.from(sentAt).add({ hours: 1 });
    const networks = () => database.dataSource.query('SELECT network FROM delivery_clicks ORDER BY at');
    await app.get(SightingsRepository).forgetNetworks(new Date(middle.epochMilliseconds));
    expect(await networks()).toEqual([{ network: 'home' }, { network: 'home' }]);
    await judge();
    await app.get(SightingsRepository).forgetNetworks(new Date(middle.epochMilliseconds));
    expect(await networks()).toEqual([{ network: null }, { network: 'home' }]);
    expect(await app.get(TrackingService).forget(middle, 'test')).toEqual({ clicks: 1, opens: 0 });
    expect(await networks()).toEqual([{ network: 'home' }]);
    const [entry] = await database.dataSource.query(
      `SELECT action, detail FROM audit_log ORDER BY 1 DESC LIMIT 1`,
    );
    expect(entry).toMatchObject({ action: 'tracking.forgotten', detail: { clicks: 1, opens: 0 } });
  });
});
