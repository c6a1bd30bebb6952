const digits = new Map<string, number>();

/** How many minor units the currency's major one has, as a power of ten: EUR 2, JPY 0, KWD 3. */
function minorDigits(currency: string): number {
  let count = digits.get(currency);
  if (count === undefined) {
    count =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2;
    digits.set(currency, count);
  }
  return count;
}

/**
 * Money in minor units with its currency, in the reader's notation. Without a known currency the bare number is
 * shown rather than a guess; whole amounts keep their decimals, so that columns line up.
 */
export function formatMoney(minor: number, currency: string | null, locale: string): string {
  if (!currency || !/^[A-Z]{3}$/.test(currency)) return formatNumber(minor / 100, locale);
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(
    minor / 10 ** minorDigits(currency),
  );
}

export function formatNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** A change in percent with its sign. (5 → '+5%', -1.25 → '-1.3%') */
export function formatChange(percent: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: Math.abs(percent) < 10 ? 1 : 0,
    signDisplay: 'exceptZero',
  }).format(percent / 100);
}

/** A part of a whole. Something never shows as 0 % nor less than everything as 100 %. */
export function formatShare(part: number, whole: number, locale: string): string {
  if (whole === 0) return '–';
  const share = part / whole;
  const digits = part > 0 && part < whole && (share < 0.1 || share > 0.99) ? 1 : 0;
  const floor = 10 ** -(digits + 2);
  const shown = part > 0 && part < whole ? Math.min(Math.max(share, floor), 1 - floor) : share;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(shown);
}

/** A file's size in the unit that reads best. */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[unit],
    // The short word for a byte has no plural.
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value);
}
