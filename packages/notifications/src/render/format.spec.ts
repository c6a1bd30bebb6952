import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDate,
  formatDateTime,
  formatDays,
  formatMoney,
  formatPercent,
  fullName,
  maskPolicy,
} from './format.js';

describe('money', () => {
  it.each([
    [123456, 'EUR', 'en-GB', '€1,234.56'],
    [5, 'USD', 'en-US', '$0.05'],
    [-4210, 'GBP', 'en-GB', '-£42.10'],
    [1234, 'JPY', 'en-GB', 'JP¥1,234'],
    [1234, 'KWD', 'en-GB', 'KWD 1.234'],
    [123456, 'CNY', 'zh-CN', '¥1,234.56'],
    [9_007_199_254_740_991, 'USD', 'en-US', '$90,071,992,547,409.91'],
  ])('%i %s for %s is %s', (minor, currency, locale, text) => {
    expect(formatMoney(minor, currency, locale).replaceAll('\u00a0', ' ')).toBe(text);
  });

  it('never gains or loses a cent', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (minor) => {
        const digits = formatMoney(minor, 'EUR', 'en-GB').replace(/[^\d-]/g, '');
        expect(Number(digits)).toBe(minor === 0 ? 0 : minor);
      }),
    );
  });
});

describe('dates', () => {
  it.each([
    ['2026-03-12', '2026-03-01', 'en-GB', 'Thursday, 12 March 2026'],
    ['2026-03-12', '2026-01-01', 'en-GB', '12 March 2026'],
    ['2026-03-12', '2026-03-20', 'en-US', 'Thursday, March 12, 2026'],
    ['2026-03-12', '2026-03-01', 'zh-CN', '2026年3月12日（星期四）'],
    ['2028-02-29', '2026-03-01', 'zh-CN', '2028年2月29日'],
  ])('%s seen on %s in %s is %s', (date, today, locale, text) => {
    expect(formatDate(date, today, locale)).toBe(text);
  });

  it('a point in time is written in the zone it is about', () => {
    expect(formatDateTime('2026-03-12T10:30:00Z', 'Asia/Shanghai', 'zh-CN')).toBe(
      '2026年3月12日（星期四）18:30（中国时间）',
    );
    expect(formatDateTime('2026-07-12T17:30:00Z', 'Europe/London', 'en-GB')).toBe(
      'Sunday, 12 July 2026 at 18:30 BST',
    );
    expect(formatDateTime('2026-07-12T22:30:00Z', 'America/New_York', 'en-US')).not.toContain('\u202f');
  });

  it.each([
    [0, 'en', 'today'],
    [1, 'en', 'tomorrow'],
    [5, 'en', 'in 5 days'],
    [1, 'zh-CN', '明天'],
    [5, 'zh-CN', '5天后'],
  ])('%i days in %s is %s', (days, locale, text) => expect(formatDays(days, locale)).toBe(text));
});

describe('small things', () => {
  it.each([
    ['MOT-2024-001234', '•••• 1234'],
    ['ABCD', '•••• CD'],
    ['X', '••••'],
  ])('policy number %s shows as %s', (number, masked) => expect(maskPolicy(number)).toBe(masked));

  it.each([
    ['Ada', 'Lovelace', 'Ada Lovelace'],
    ['伟', '王', '王伟'],
    ['Wei', '王', 'Wei 王'],
    ['Ada', null, 'Ada'],
    [null, null, ''],
  ])('%s %s is called %s', (given, family, name) => expect(fullName(given, family)).toBe(name));

  it('a percentage is what Intl makes of the whole number, near a half too', () => {
    const intl = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });
    const shares = fc.oneof(
      fc.double({ min: 0, max: 20, noNaN: true }),
      fc.integer({ min: 0, max: 40_000 }).map((halves) => halves / 2_000),
      fc.integer({ min: 0, max: 40_000 }).map((halves) => halves * 0.0005),
    );
    fc.assert(
      fc.property(shares, (share) => {
        expect(formatPercent(share, 'en-GB')).toBe(intl.format(share));
      }),
      { numRuns: 2000 },
    );
  });

  it('a change is a percentage without its sign', () => {
    expect(formatPercent(0.0853, 'en-GB')).toBe('8.5%');
    expect(formatPercent(-0.1, 'zh-CN')).toBe('10%');
  });
});
