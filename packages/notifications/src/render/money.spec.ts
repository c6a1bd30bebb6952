import fc from 'fast-check';
import { expect, it } from 'vitest';
import { moneyWriter } from './money.js';

const locales = [
  'en-GB',
  'en-US',
  'en-IN',
  'en-ZA',
  'zh-CN',
  'de-CH',
  'es-ES',
  'pl-PL',
  'fr-FR',
  'ar-EG',
  'hi-IN',
  'fa-IR',
  'ja-JP',
];
// XXX is the code for no currency at all (ISO 4217).
const currencies = ['GBP', 'EUR', 'CNY', 'JPY', 'KWD', 'INR', 'CHF', 'XXX'];

it.each(locales)('writes money as Intl does in %s', (locale) => {
  for (const currency of currencies) {
    const intl = new Intl.NumberFormat(locale, { style: 'currency', currency });
    const digits = intl.resolvedOptions().maximumFractionDigits ?? 2;
    const write = moneyWriter(currency, locale);
    const amounts = fc.oneof(
      fc.integer({ min: -10_000_000, max: 10_000_000 }),
      fc.bigInt({ min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) }).map(Number),
    );
    fc.assert(
      fc.property(amounts, (amount) => {
        const units = String(Math.abs(amount)).padStart(digits + 1, '0');
        const decimal = `${amount < 0 ? '-' : ''}${units.slice(0, units.length - digits)}.${units.slice(units.length - digits)}`;
        expect(write(amount)).toBe(intl.format(decimal.replace(/\.$/, '') as Intl.StringNumericLiteral));
      }),
    );
  }
});
