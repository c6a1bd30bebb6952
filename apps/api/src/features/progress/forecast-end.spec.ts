import { expect, it } from 'vitest';
import { forecastEnd } from './forecast-end.js';

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
