/** Writes an amount, in minor units, of one currency for one kind of reader. */
export type MoneyWriter = (amountMinor: number) => string;

/**
 * How a reader writes money of an ISO 4217 currency. Intl knows all about it and takes longer for one amount than the
 * rest of its sentence takes, so it is asked for its pattern once; what the pattern cannot say, it writes itself.
 */
export function moneyWriter(currency: string, locale: string): MoneyWriter {
  const formatter = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = formatter.resolvedOptions().maximumFractionDigits ?? 2;
  const exact: MoneyWriter = (amountMinor) => {
    const [whole, part] = split(Math.abs(amountMinor), digits);
    // As a decimal string, for a float has no exact tenth of a cent to round from.
    const decimal = `${amountMinor < 0 ? '-' : ''}${whole}${part === '' ? '' : `.${part}`}`;
    return formatter.format(decimal as Intl.StringNumericLiteral);
  };
  const quick = patternOf(formatter, digits);
  const agrees = probes.every((amount) => quick(amount) === exact(amount));
  return agrees ? (amountMinor) => (isPlain(amountMinor) ? quick(amountMinor) : exact(amountMinor)) : exact;
}

/** Of every length that amounts have, as languages group digits in different ways and not from the same length on. */
const probes = [0, 7, 65, 432, 9_876, 54_321, 987_654, 1_234_567, 98_765_432, 123_456_789, 9_876_543_210];

function isPlain(amount: number): boolean {
  return amount >= 0 && amount < 10_000_000_000 && Number.isInteger(amount);
}

/** With its digits in threes, and nothing else that changes with the amount. */
function patternOf(formatter: Intl.NumberFormat, digits: number): MoneyWriter {
  const parts = formatter.formatToParts(1_234_567);
  const isNumber = ({ type }: Intl.NumberFormatPart) =>
    ['integer', 'group', 'decimal', 'fraction'].includes(type);
  const textOf = (some: Intl.NumberFormatPart[]) => some.map(({ value }) => value).join('');
  const before = textOf(parts.slice(0, parts.findIndex(isNumber)));
  const after = textOf(parts.slice(parts.findLastIndex(isNumber) + 1));
  const group = parts.find(({ type }) => type === 'group')?.value ?? '';
  const point = parts.find(({ type }) => type === 'decimal')?.value ?? '';
  return (amountMinor) => {
    const [whole, part] = split(amountMinor, digits);
    let grouped = whole.slice(-3);
    for (let end = whole.length - 3; end > 0; end -= 3)
      grouped = whole.slice(Math.max(0, end - 3), end) + group + grouped;
    return before + grouped + (part === '' ? '' : point + part) + after;
  };
}

/** Units and their fraction. */
function split(amountMinor: number, digits: number): [string, string] {
  const units = String(amountMinor).padStart(digits + 1, '0');
  const at = units.length - digits;
  return [units.slice(0, at), units.slice(at)];
}
