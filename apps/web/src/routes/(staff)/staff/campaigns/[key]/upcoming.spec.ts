import { expect, it } from 'vitest';
import { daySpan, totalOf } from './upcoming.ts';

it('fills the days without anything, over the end of a month', () => {
  const due = { date: '2026-12-01', steps: [{ step: 't-7', count: 3 }] };
  expect(daySpan('2026-11-29', '2026-12-02', [due])).toEqual([
    { date: '2026-11-29', steps: [] },
    { date: '2026-11-30', steps: [] },
    due,
    { date: '2026-12-02', steps: [] },
  ]);
  expect(daySpan('2026-11-29', '2026-11-28', [])).toEqual([]);
});

it('adds the steps of a day', () => {
  expect(
    totalOf({
      date: '2026-11-29',
      steps: [
        { step: 'a', count: 2 },
        { step: 'b', count: 5 },
      ],
    }),
  ).toBe(7);
  expect(totalOf({ date: '2026-11-29', steps: [] })).toBe(0);
});
