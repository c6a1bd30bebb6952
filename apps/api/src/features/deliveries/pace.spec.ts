import { describe, expect, it } from 'vitest';
import { Pace, type PaceTime } from './pace.js';

const never = new AbortController().signal;

/** Time that passes only in sleep; every sleeper's waking time is noted. */
function stillTime() {
  const wokenAt: number[] = [];
  const time: PaceTime = {
    now: () => 1_000,
    async sleep(ms) {
      wokenAt.push(1_000 + ms);
    },
  };
  return { time, wokenAt };
}

describe('the pace of hand-overs', () => {
  it('lets no more begin in a second than it is told, however many lanes ask at once', async () => {
    const { time, wokenAt } = stillTime();
    const pace = new Pace(10, time);
    await Promise.all(Array.from({ length: 31 }, () => pace.turn(never)));
    expect(wokenAt).toEqual(Array.from({ length: 30 }, (_, index) => 1_100 + index * 100));
    expect(pace.mustWait).toBe(true);
  });

  it('lets everything through at once when there is no limit', async () => {
    const { time, wokenAt } = stillTime();
    const pace = new Pace(0, time);
    await Promise.all(Array.from({ length: 100 }, () => pace.turn(never)));
    expect([wokenAt, pace.mustWait]).toEqual([[], false]);
  });

  it('ends the waiting of those who have to stop', async () => {
    const pace = new Pace(0.001);
    const stop = new AbortController();
    await pace.turn(stop.signal);
    const waiting = pace.turn(stop.signal);
    stop.abort();
    await waiting;
  });
});
