import { expect, it } from 'vitest';
import { isCurrency, minorUnitDigits } from './money.js';

it.each([
  ['USD', 2],
  ['CNY', 2],
  ['JPY', 0],
  ['KWD', 3],
  ['CLF', 4],
])('%s has %i digits', (currency, digits) => {
  expect(minorUnitDigits(currency)).toBe(digits);
});

it('knows currencies by their capitals', () => {
  expect(['EUR', 'CHF', 'TWD'].every(isCurrency)).toBe(true);
  expect(['eur', 'EURO', 'QQQ', ''].some(isCurrency)).toBe(false);
});

it('refuses to guess the digits of what is no currency', () => {
  expect(() => minorUnitDigits('euros')).toThrow(RangeError);
});
