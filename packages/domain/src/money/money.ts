/** An amount in the currency's smallest unit (cents, yen), with its ISO 4217 code. Never a fraction. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

const knownCurrencies = new Set(Intl.supportedValuesOf('currency'));
const digitsByCurrency = new Map<string, number>();

/** Whether the text is a currency code of ISO 4217, in capitals: `USD`, `CNY`. */
export function isCurrency(text: string): boolean {
  return knownCurrencies.has(text);
}

/**
 * Digits after the decimal point of a currency: USD 2, JPY 0, KWD 3. ECMA-402 takes them from ISO 4217.
 *
 * @throws RangeError when the text is no three letters.
 */
export function minorUnitDigits(currency: string): number {
  let digits = digitsByCurrency.get(currency);
  if (digits === undefined) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    digitsByCurrency.set(currency, digits);
  }
  return digits;
}
