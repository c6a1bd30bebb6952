import { describe, expect, it } from 'vitest';
import { Moments, type MomentTime } from './moments.js';

const never = new AbortController().signal;

/** Time that passes only in sleep, and a bucket that is free from 0 on. */
function still(perSecond: number | null) {
  let at = 0;
  let nextAt = 0;
  const counts: number[] = [];
  const time: MomentTime = {
    now: () => at,
    async sleep(ms, stop) {
      if (!stop.aborted) at += ms;
    },
  };
  const moments = new Moments(
    async (count, rate) => {
      counts.push(count);
      const first = Math.max(at, nextAt);
      nextAt = first + (count * 1000) / rate;
      return { count, inMs: first - at, intervalMs: 1000 / rate };
    },
    perSecond,
    time,
  );
  return { moments, counts, now: () => at, pass: (ms: number) => (at += ms) };
}

describe('moments', () => {
  it('come one after the other at the rate, and few are reserved ahead of need', async () => {
    const { moments, counts, now } = still(10);
    for (let turn = 0; turn < 20; turn += 1) await moments.turn(never);
    expect(now()).toBeCloseTo(1_900, 5);
    expect(Math.max(...counts)).toBeLessThanOrEqual(3);
  });

  it('that have passed unused are gone: they are not made up for in a burst', async () => {
    const { moments, now, pass } = still(100);
    for (let turn = 0; turn < 200; turn += 1) await moments.turn(never);
    pass(10_000);
    const begun = now();
    for (let turn = 0; turn < 50; turn += 1) await moments.turn(never);
    // The first one may go at once.
    expect(now() - begun).toBeGreaterThanOrEqual(490 - 1e-6);
  });

  it('are not asked for where there is no limit', async () => {
    const { moments, counts, now } = still(null);
    for (let turn = 0; turn < 100; turn += 1) await moments.turn(never);
    expect([counts, now(), moments.mustWait]).toEqual([[], 0, false]);
  });

  it('can be given back, and go to the next', async () => {
    const { moments, counts, now } = still(1);
    await moments.turn(never);
    moments.giveBack();
    await moments.turn(never);
    expect([counts, now()]).toEqual([[1], 0]);
  });

  it('are not waited for by those who have to stop, nor at a rate that holds no more', async () => {
    const slow = new Moments(async (count) => ({ count, inMs: 3_600_000, intervalMs: 1 }), 0.001);
    const stop = new AbortController();
    const stopped = slow.turn(stop.signal);
    stop.abort();
    await stopped;
    const waiting = slow.turn(never);
    slow.change(null);
    expect(await waiting).toBeNull();
  });

  it('say how far away they are where nobody has patience for them', async () => {
    const far = new Moments(async () => ({ count: 0, inMs: 60_000, intervalMs: 1 }), 1);
    expect(await far.turn(never)).toBe(60_000);
  });

  it('that cannot be had fail those who wait for them', async () => {
    const moments = new Moments(() => Promise.reject(new Error('gone')), 1);
    await expect(moments.turn(never)).rejects.toThrow('gone');
  });
});
