import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateArbitrary } from '../testing.js';
import { addDays } from './civil-date.js';
import { ageOn, birthdayKeys, monthDay, yearlyOccurrences } from './yearly.js';

describe('birthdayKeys', () => {
  it.each([
    ['2026-02-28', [228, 229]],
    ['2024-02-28', [228]],
    ['2024-02-29', [229]],
    ['2026-03-01', [301]],
    ['1900-02-28', [228, 229]],
    ['2026-12-31', [1231]],
  ])('%s keeps the birthdays %j', (date, keys) => {
    expect(birthdayKeys(date)).toEqual(keys);
  });

  it('gives everybody one birthday a year, and the days that yearlyOccurrences names', () => {
    fc.assert(
      fc.property(dateArbitrary, fc.integer({ min: 1, max: 120 }), (birth, age) => {
        const year = Number(birth.slice(0, 4)) + age;
        const days = yearlyOccurrences(birth, `${year}-01-01`, `${year}-12-31`);
        expect(days).toHaveLength(1);
        let kept = 0;
        for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) {
          if (!birthdayKeys(day).includes(monthDay(birth))) continue;
          kept += 1;
          expect(day).toBe(days[0]);
        }
        expect(kept).toBe(1);
      }),
      { numRuns: 40 },
    );
  });
});

describe('yearlyOccurrences', () => {
  it('has none on the day itself and before it', () => {
    expect(yearlyOccurrences('2020-05-10', '2018-01-01', '2022-12-31')).toEqual(['2021-05-10', '2022-05-10']);
  });

  it('keeps 29 February on the 28th in common years', () => {
    expect(yearlyOccurrences('2020-02-29', '2021-01-01', '2024-12-31')).toEqual([
      '2021-02-28',
      '2022-02-28',
      '2023-02-28',
      '2024-02-29',
    ]);
  });

  it('includes both ends', () => {
    expect(yearlyOccurrences('2020-05-10', '2021-05-10', '2022-05-10')).toHaveLength(2);
    expect(yearlyOccurrences('2020-05-10', '2021-05-11', '2022-05-09')).toHaveLength(0);
  });
});

it.each([
  ['1980-06-15', '2026-06-14', 45],
  ['1980-06-15', '2026-06-15', 46],
  ['2004-02-29', '2023-02-27', 18],
  ['2004-02-29', '2023-02-28', 19],
  ['2004-02-29', '2024-02-28', 19],
  ['2004-02-29', '2024-02-29', 20],
  ['2026-01-01', '2026-01-01', 0],
])('who was born on %s is on %s %i years old', (birth, day, age) => {
  expect(ageOn(birth, day)).toBe(age);
});
