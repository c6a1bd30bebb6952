import { describe, expect, it } from 'vitest';
import { formatBytes, formatChange, formatMoney, formatShare } from './numbers.ts';

describe('formatMoney', () => {
  it.each([
    [42000, 'EUR', 'en-GB', '€420.00'],
    [42000, 'JPY', 'en-GB', 'JP¥42,000'],
    [42000, 'KWD', 'en-GB', 'KWD\u00a042.000'],
    [123456, 'CNY', 'zh-CN', '¥1,234.56'],
    [-500, 'USD', 'en-US', '-$5.00'],
  ])('%i minor units of %s in %s is %s', (minor, currency, locale, text) => {
    expect(formatMoney(minor, currency, locale)).toBe(text);
  });

  it('shows a bare number when the book has no usable currency', () => {
    expect(formatMoney(42050, null, 'en-GB')).toBe('420.5');
    expect(formatMoney(42050, 'euro', 'en-GB')).toBe('420.5');
  });
});

describe('shares and changes', () => {
  it('never rounds something to nothing, nor most to all', () => {
    expect(formatShare(0, 500, 'en')).toBe('0%');
    expect(formatShare(1, 100_000, 'en')).toBe('0.1%');
    expect(formatShare(99_999, 100_000, 'en')).toBe('99.9%');
    expect(formatShare(500, 500, 'en')).toBe('100%');
    expect(formatShare(125, 500, 'en')).toBe('25%');
    expect(formatShare(0, 0, 'en')).toBe('–');
  });

  it('keeps the sign of a change', () => {
    expect(formatChange(5, 'en')).toBe('+5%');
    expect(formatChange(-1.25, 'en')).toBe('-1.3%');
    expect(formatChange(0, 'en')).toBe('0%');
    expect(formatChange(27.4, 'en')).toBe('+27%');
  });
});

it('formatBytes chooses the unit', () => {
  expect(formatBytes(0, 'en')).toBe('0 bytes');
  expect(formatBytes(1, 'en')).toBe('1 byte');
  expect(formatBytes(1500, 'en')).toBe('1.5 kB');
  expect(formatBytes(2_400_000_000, 'en')).toBe('2.4 GB');
});
