import { expect, it } from 'vitest';
import { forecastEnd, withinDays } from './forecast-end.js';

const second = 1000;

it('ends when all have gone one after the other', () => {
  expect(forecastEnd([{ fromMs: 0, count: 100 }], 10, 5 * second)).toBe(15 * second);
});

it('waits for those that may go later, and works on through those that overlap', () => {
  const portions = [
    { fromMs: 100 * second, count: 10 },
    { fromMs: 0, count: 100 },
    { fromMs: 8 * second, count: 30 },
  ];
  // 100 until 10 s, 30 more until 13 s, then nothing until 100 s.
  expect(forecastEnd(portions, 10, 0)).toBe(101 * second);
});

it('tells nothing without a pace, and that it is over when nothing is left', () => {
  expect(forecastEnd([{ fromMs: 0, count: 1 }], 0, 0)).toBeNull();
  expect(forecastEnd([{ fromMs: 90 * second, count: 0 }], 10, 7)).toBe(7);
});

it('parts over the days what each of them lets go, the first that may go first', () => {
  const days = [
    { fromMs: 0, allowed: 5 },
    { fromMs: 100, allowed: 0 },
    { fromMs: 200, allowed: 10 },
    { fromMs: 300, allowed: 20 },
  ];
  const portions = [
    { fromMs: 250, count: 8, name: 'later' },
    { fromMs: 0, count: 9, name: 'ready' },
    { fromMs: 350, count: 7, name: 'last' },
  ];
  expect(withinDays(portions, days)).toEqual([
    { fromMs: 0, count: 5, name: 'ready' },
    { fromMs: 200, count: 4, name: 'ready' },
    { fromMs: 250, count: 6, name: 'later' },
    { fromMs: 300, count: 2, name: 'later' },
    { fromMs: 350, count: 7, name: 'last' },
  ]);
  expect(withinDays([{ fromMs: 0, count: 36 }], days).at(-1)).toEqual({ fromMs: Infinity, count: 1 });
});
