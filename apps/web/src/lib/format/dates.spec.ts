import { describe, expect, it } from 'vitest';
import {
  civilDate,
  daysBetween,
  formatDate,
  formatDateShort,
  formatDistance,
  formatMoment,
  formatMomentFull,
} from './dates.ts';

describe('civil dates', () => {
  it.each([
    ['2026-11-22', '2026-11-27', 5],
    ['2026-11-22', '2026-11-22', 0],
    ['2026-11-22', '2026-10-31', -22],
    ['2028-02-28', '2028-03-01', 2],
    // Across a change of clocks in most of Europe: still whole days.
    ['2026-03-28', '2026-03-30', 2],
  ])('counts the days from %s to %s as %i', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days);
  });

  it('names the weekday up to two weeks away, and the year beyond', () => {
    expect(formatDate('2026-11-27', 'en-GB', '2026-11-22')).toBe('Friday 27 November');
    expect(formatDate('2026-12-06', 'en-GB', '2026-11-22')).toBe('Sunday 6 December');
    expect(formatDate('2026-12-07', 'en-GB', '2026-11-22')).toBe('7 December 2026');
    expect(formatDate('2026-11-27', 'zh-CN', '2026-11-22')).toBe('11月27日星期五');
  });

  it('never slips a day, whatever the zone of the host', () => {
    expect(formatDateShort('2026-01-01', 'en-GB')).toBe('1 Jan 2026');
    expect(formatDateShort('2026-12-31', 'zh-CN')).toBe('2026年12月31日');
  });

  it('says how far away in the largest unit that helps', () => {
    expect(formatDistance(5, 'en')).toBe('in 5 days');
    expect(formatDistance(1, 'en')).toBe('tomorrow');
    expect(formatDistance(-44, 'en')).toBe('44 days ago');
    expect(formatDistance(60, 'en')).toBe('in 2 months');
    expect(formatDistance(-800, 'en')).toBe('2 years ago');
    expect(formatDistance(3, 'zh-CN')).toBe('3天后');
  });
});

describe('moments', () => {
  const now = new Date('2026-11-22T15:00:00Z');

  it('belong to the day of the zone they are shown in', () => {
    expect(civilDate('2026-11-22T23:30:00Z', 'Asia/Shanghai')).toBe('2026-11-23');
    expect(civilDate('2026-11-22T23:30:00Z', 'America/New_York')).toBe('2026-11-22');
  });

  it('shrink to the time on the same day and grow with distance', () => {
    expect(formatMoment('2026-11-22T09:05:00Z', 'en-GB', now, 'UTC')).toBe('09:05');
    expect(formatMoment('2026-11-23T09:05:00Z', 'en-GB', now, 'UTC')).toBe('Mon 23 Nov, 09:05');
    expect(formatMoment('2027-01-05T00:05:00Z', 'en-GB', now, 'UTC')).toBe('5 Jan 2027, 00:05');
    // 16:30 UTC is already tomorrow in Shanghai.
    expect(formatMoment('2026-11-22T16:30:00Z', 'en-GB', now, 'Asia/Shanghai')).toBe('Mon 23 Nov, 00:30');
  });

  it('carry their zone when nothing is left out', () => {
    expect(formatMomentFull('2026-11-22T09:05:07Z', 'en-GB', 'UTC')).toBe('Sun, 22 Nov 2026, 09:05:07 UTC');
  });
});
