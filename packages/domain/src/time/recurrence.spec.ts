import { describe, expect, it } from 'vitest';
import { recurrenceDays, recurrenceProblem } from './recurrence.js';

const between = (rrule: string, from: string, to: string, startsOn: string | null = null) =>
  recurrenceDays(rrule, startsOn, { from, to });

describe('recurrenceDays', () => {
  it.each([
    ['FREQ=MONTHLY;BYMONTHDAY=1', '2026-11-01', '2027-01-01', null, '2026-11-01 2026-12-01 2027-01-01'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', '2028-02-01', '2028-03-31', null, '2028-02-29 2028-03-31'],
    ['FREQ=MONTHLY;BYDAY=2TU', '2026-11-01', '2026-12-31', null, '2026-11-10 2026-12-08'],
    ['FREQ=WEEKLY;BYDAY=MO', '2026-03-23', '2026-04-06', null, '2026-03-23 2026-03-30 2026-04-06'],
    ['FREQ=WEEKLY;INTERVAL=2', '2026-11-01', '2026-11-30', '2026-11-05', '2026-11-05 2026-11-19'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2026-01-01', '2032-12-31', null, '2028-02-29 2032-02-29'],
    ['FREQ=DAILY;UNTIL=20261103', '2026-11-01', '2026-12-31', null, '2026-11-01 2026-11-02 2026-11-03'],
    ['FREQ=WEEKLY;COUNT=2', '2026-01-01', '2026-12-31', '2026-11-05', '2026-11-05 2026-11-12'],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      '2026-10-01',
      '2026-11-30',
      null,
      '2026-10-30 2026-11-30',
    ],
    ['FREQ=MONTHLY', '2026-11-01', '2026-12-31', null, '2026-11-01 2026-12-01'],
    ['FREQ=DAILY', '2026-11-02', '2026-11-01', null, ''],
  ])('%s from %s to %s, counted from %s: %s', (rrule, from, to, startsOn, days) => {
    expect(recurrenceProblem(rrule, startsOn)).toBeNull();
    expect(between(rrule, from, to, startsOn).join(' ')).toBe(days);
  });

  it('says the same of a long time at once and of its days one by one', () => {
    const rules = [
      'FREQ=MONTHLY;BYDAY=-1FR',
      'FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SU',
      'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
    ];
    for (const rule of rules) {
      const all = between(rule, '2026-01-01', '2026-07-19', '2025-06-04');
      const dates = Array.from({ length: 200 }, (_, day) =>
        new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
      );
      expect(dates.filter((date) => between(rule, date, date, '2025-06-04').length > 0)).toEqual(all);
      expect(all.length).toBeGreaterThan(0);
    }
  });
});

describe('recurrenceProblem', () => {
  it.each([
    ['every day', 'every day is not known'],
    ['', 'an empty part is not known'],
    ['FREQ=DAILY;BYHOUR=9', 'BYHOUR is not known'],
    ['FREQ=HOURLY', 'FREQ=HOURLY is not a value'],
    ['BYDAY=MO;FREQ=WEEKLY', 'must begin with FREQ='],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ is given twice'],
    // The library would read these as if the part were not there, and the letter would go every month.
    ['FREQ=MONTHLY;BYMONTHDAY=40', 'BYMONTHDAY=40 is not a value'],
    ['FREQ=YEARLY;BYMONTH=13', 'BYMONTH=13 is not a value'],
    ['FREQ=YEARLY;BYMONTH=-1', 'BYMONTH=-1 is not a value'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY=XX is not a value'],
    ['FREQ=DAILY;UNTIL=20260230', 'UNTIL=20260230 is not a value'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL=0 is not a value'],
    ['FREQ=WEEKLY;INTERVAL=2', 'INTERVAL counts from the campaign’s startsOn'],
    ['FREQ=WEEKLY;COUNT=3', 'COUNT counts from the campaign’s startsOn'],
  ])('refuses %s: %s', (rrule, problem) => {
    expect(recurrenceProblem(rrule, null)).toContain(problem);
  });
});
