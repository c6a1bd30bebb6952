import { describe, expect, it } from 'vitest';
import { allowedOn, daysAhead } from './warm-up.js';

const ramp = { startsOn: '2031-05-01', firstDay: 50, factor: 1.5, upTo: 1_000 };

it.each([
  ['2031-04-20', 50],
  ['2031-05-01', 50],
  ['2031-05-02', 75],
  ['2031-05-03', 112],
  ['2031-05-08', 854],
  ['2031-05-09', null],
  ['2040-01-01', null],
])('on %s a ramp allows %s', (day, allowed) => {
  expect(allowedOn(ramp, day)).toBe(allowed);
});

describe('the days ahead', () => {
  const nowMs = Date.parse('2031-05-06T18:00:00Z');
  const today = { ...ramp, identity: 'example.com', day: '2031-05-06', secondsLeft: 6 * 3600, allowed: 379 };

  it('begin with what is left of today, and end with the ramp', () => {
    const days = daysAhead({ ...today, taken: 300 }, nowMs);
    expect(days.map(({ fromMs, allowed }) => [new Date(fromMs).toISOString(), allowed])).toEqual([
      ['2031-05-06T18:00:00.000Z', 79],
      ['2031-05-07T00:00:00.000Z', 569],
      ['2031-05-08T00:00:00.000Z', 854],
      ['2031-05-09T00:00:00.000Z', Infinity],
    ]);
  });

  it('are no more than a year of them, and none allows less than nothing', () => {
    const days = daysAhead({ ...today, factor: 1.01, upTo: 1_000_000, taken: 500 }, nowMs);
    expect(days[0]!.allowed).toBe(0);
    expect(days).toHaveLength(367);
  });
});
