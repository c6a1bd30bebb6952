import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, civilDateProblem, daysBetween, isCivilDate } from './civil-date.js';

describe('civilDateProblem', () => {
  it.each(['2026-02-28', '2024-02-29', '2000-02-29', '1800-01-01', '2200-12-31'])('takes %s', (date) => {
    expect(civilDateProblem(date)).toBeNull();
  });

  it.each([
    ['2026-02-30', 'no_such_date'],
    ['2026-02-29', 'no_such_date'],
    ['1900-02-29', 'no_such_date'],
    ['2026-13-01', 'no_such_date'],
    ['2026-00-10', 'no_such_date'],
    ['2026-04-31', 'no_such_date'],
    ['2026-04-00', 'no_such_date'],
    ['1799-12-31', 'date_out_of_range'],
    ['9999-12-31', 'date_out_of_range'],
    ['0000-00-00', 'no_such_date'],
    ['', 'not_a_date'],
    ['26-02-03', 'not_a_date'],
    ['2026-2-3', 'not_a_date'],
    ['03/02/2026', 'not_a_date'],
    ['2026-02-03T00:00', 'not_a_date'],
    ['2026-02-3x', 'not_a_date'],
    ['２０２６-02-03', 'not_a_date'],
  ])('refuses %s: %s', (date, problem) => {
    expect(civilDateProblem(date)).toBe(problem);
  });

  it('agrees with the calendar of the language on every date that could be written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1800, max: 2200 }),
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 0, max: 33 }),
        (year, month, day) => {
          const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
          const date = new Date(Date.UTC(year, month - 1, day));
          const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          expect(isCivilDate(text)).toBe(exists);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

it('counts days forwards and back over leap days and years', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
  expect(daysBetween('2024-03-01', '2024-02-28')).toBe(-2);
});
