import { setImmediate as breathe } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Moments, type MomentTime } from '../../src/features/rates/moments.js';
import { RatesRepository } from '../../src/features/rates/rates.repository.js';
import { ReservationsRepository } from '../../src/features/rates/reservations.repository.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let reservations: ReservationsRepository;
beforeAll(async () => {
  database = await testDatabase();
  reservations = new ReservationsRepository(database.dataSource);
});
beforeEach(() => database.dataSource.query('TRUNCATE rate_moments, warm_up_days, domain_backoffs'));
afterAll(() => database.close());

const epoch = Date.parse('2031-05-06T09:00:00Z');
/** The database keeps microseconds. */
const grain = 0.0015;

describe('moments of a rate, taken by many at once', () => {
  /** All at once, each by its own idea of what time it is; the moments of each in milliseconds. */
  async function take(scope: string, perSecond: number, requests: { count: number; at: number }[]) {
    const taken = await Promise.all(
      requests.map(async ({ count, at }) => {
        const now = new Date(epoch + at);
        const { inMs, intervalMs, ...got } = await reservations.reserve(
          scope,
          count,
          perSecond,
          Infinity,
          now,
        );
        expect(got.count).toBe(count);
        return Array.from({ length: count }, (_, index) => ({ at, moment: at + inMs + index * intervalMs }));
      }),
    );
    return taken.flat().toSorted((a, b) => a.moment - b.moment);
  }

  it('are never closer than the rate allows, and never in the past of whoever asked', async () => {
    const request = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      at: fc.integer({ min: 0, max: 3_000 }),
    });
    const rate = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0.01, max: 50, noNaN: true }));
    let scope = 0;
    await fc.assert(
      fc.asyncProperty(
        rate,
        fc.array(request, { minLength: 2, maxLength: 30 }),
        async (perSecond, requests) => {
          const moments = await take(`s${(scope += 1)}`, perSecond, requests);
          for (const [index, { at, moment }] of moments.entries()) {
            expect(moment).toBeGreaterThanOrEqual(at - grain);
            if (index === 0) continue;
            expect(moment - moments[index - 1]!.moment).toBeGreaterThanOrEqual(
              1000 / perSecond - grain * requests.length,
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leave no gap while there is somebody who wants them', async () => {
    const requests = Array.from({ length: 60 }, (_, index) => ({ count: 1 + (index % 7), at: 0 }));
    const moments = await take('busy', 300, requests);
    moments.forEach(({ moment }, index) => expect(moment).toBeCloseTo((index * 1000) / 300, 1));
  });

  it('are not taken where they are further away than patience goes, which says how far', async () => {
    const now = new Date(epoch);
    await reservations.reserve('slow', 3, 0.5, 5_000, now);
    expect(await reservations.reserve('slow', 1, 0.5, 5_000, now)).toMatchObject({ count: 0, inMs: 6_000 });
    expect(await reservations.reserve('slow', 1, 0.5, 6_000, now)).toMatchObject({ count: 1, inMs: 6_000 });
  });
});

describe('a rate of N a second', () => {
  /** Time that stands still while anybody is at work, and then goes on to whatever is next. */
  class VirtualTime implements MomentTime {
    private at = 0;
    private sleepers: { at: number; wake: () => void }[] = [];
    busy = 0;

    now(): number {
      return this.at;
    }

    sleep(ms: number, stop?: AbortSignal): Promise<void> {
      if (stop?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        this.sleepers.push({ at: this.at + ms, wake: resolve });
        stop?.addEventListener('abort', () => resolve(), { once: true });
      });
    }

    async goOn(until: number): Promise<void> {
      for (;;) {
        do await breathe();
        while (this.busy > 0);
        const next = this.sleepers.reduce((least, { at }) => Math.min(least, at), Infinity);
        if (next > until) return;
        this.at = Math.max(this.at, next);
        const due = this.sleepers.filter(({ at }) => at <= next);
        this.sleepers = this.sleepers.filter(({ at }) => at > next);
        for (const { wake } of due) wake();
      }
    }
  }

  it.each([
    { perSecond: 20, workers: 6, lanes: 10 },
    { perSecond: 150, workers: 5, lanes: 4 },
    { perSecond: 400, workers: 1, lanes: 10 },
  ])(
    'is kept within 2 %, and never overshot: $perSecond a second by $workers workers of $lanes lanes',
    async ({ perSecond, workers, lanes }) => {
      const time = new VirtualTime();
      // Latency and work differ from time to time, as they do; which differences does not depend on luck.
      let seed = 7;
      const some = (least: number, most: number) => {
        seed = (seed * 48_271) % 2_147_483_647;
        return least + ((most - least) * seed) / 2_147_483_647;
      };
      const stop = new AbortController();
      const begun: number[] = [];
      const worker = () => {
        const moments = new Moments(
          async (count, rate) => {
            await time.sleep(some(0.5, 12));
            time.busy += 1;
            const got = await reservations.reserve('n', count, rate, Infinity, new Date(epoch + time.now()));
            time.busy -= 1;
            await time.sleep(some(0.5, 12));
            return got;
          },
          perSecond,
          time,
        );
        for (let lane = 0; lane < lanes; lane += 1) {
          void (async () => {
            while (!stop.signal.aborted) {
              await moments.turn(stop.signal);
              if (stop.signal.aborted) return;
              begun.push(time.now());
              await time.sleep(some(2, 20));
            }
          })();
        }
      };
      for (let index = 0; index < workers; index += 1) worker();
      const seconds = 20;
      await time.goOn(seconds * 1000);
      stop.abort();
      await time.goOn(seconds * 1000);

      // Not one message more than the rate, up to any moment.
      begun.forEach((at, index) => expect(index).toBeLessThanOrEqual((at / 1000) * perSecond + 1));
      expect(begun.length).toBeGreaterThan(seconds * perSecond * 0.98);
      // Nor in any second of them, but for what a message was late by.
      for (let first = 0; first + perSecond + 1 < begun.length; first += 1) {
        const span = begun[first + Math.ceil(perSecond * 1.1) + 1];
        if (span !== undefined) expect(span - begun[first]!).toBeGreaterThan(1000);
      }
    },
  );
});

describe('the places of a day', () => {
  it('are given out to the last one and not beyond it, however many ask at once', async () => {
    const asks = [7, 1, 30, 12, 5, 64, 9, 2];
    const got = await Promise.all(
      asks.map((count) => reservations.takePlaces('care.example', '2031-05-06', 100, count)),
    );
    expect(got.reduce((sum, each) => sum + each, 0)).toBe(100);
    got.forEach((each, index) => expect(each).toBeLessThanOrEqual(asks[index]!));
    await reservations.returnPlaces('care.example', '2031-05-06', 4);
    expect(await reservations.takePlaces('care.example', '2031-05-06', 100, 9)).toBe(4);
    expect(await reservations.takePlaces('care.example', '2031-05-07', 200, 9)).toBe(9);
  });

  it('shrink to none, not to less, when a ramp is made slower in the middle of a day', async () => {
    await reservations.takePlaces('care.example', '2031-05-06', 100, 80);
    expect(await reservations.takePlaces('care.example', '2031-05-06', 50, 5)).toBe(0);
    expect(await reservations.takePlaces('care.example', '2031-05-06', 100, 50)).toBe(20);
  });
});

describe('a domain that says: not now', () => {
  const past = () =>
    database.dataSource.query(`UPDATE domain_backoffs SET until_at = clock_timestamp() - interval '1 s'`);

  it('is left alone for a minute, then twice as long each time, to an hour, until it takes a message', async () => {
    const pauses: number[] = [];
    for (let index = 0; index < 9; index += 1) {
      pauses.push(Math.round((await reservations.backOff('slow.example', '421 later')) / 60));
      await past();
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    await reservations.endBackoff('slow.example');
    expect(Math.round(await reservations.backOff('slow.example', '421 later'))).toBe(60);
  });

  it('says so once, whatever comes back of what was under way', async () => {
    await Promise.all(Array.from({ length: 8 }, () => reservations.backOff('slow.example', '421 later')));
    const rows = await database.dataSource.query<{ failures: number }[]>(
      'SELECT failures FROM domain_backoffs',
    );
    expect(rows).toEqual([{ failures: 1 }]);
  });

  it('is forgotten when nobody has written to it for a day, and a scope that has long been free as well', async () => {
    await reservations.backOff('old.example', '421 later');
    await reservations.backOff('new.example', '421 later');
    await database.dataSource.query(
      `UPDATE domain_backoffs SET until_at = until_at - interval '2 days' WHERE domain = 'old.example'`,
    );
    await reservations.reserve('old', 1, 1, Infinity, new Date(Date.now() - 2 * 3_600_000));
    await reservations.reserve('new', 1, 1);
    await new RatesRepository(database.dataSource).tidy();
    const left = await database.dataSource.query<{ name: string }[]>(
      'SELECT domain AS name FROM domain_backoffs UNION ALL SELECT scope FROM rate_moments',
    );
    expect(left.map(({ name }) => name)).toEqual(['new.example', 'new']);
  });
});
