import type { HelperOptions } from 'handlebars';
import {
  formatDate,
  formatDateTime,
  formatDays,
  formatList,
  formatMoney,
  formatPercent,
  fullName,
  maskPolicy,
} from './format.js';
import { TemplateError } from './render.types.js';

/** Who reads: what the helpers need to know beside their arguments. Travels as Handlebars data. */
export type Reader = {
  locale: string;
  today: string;
  timeZone: string;
};

type Helper = (this: unknown, ...args: never[]) => unknown;

const reader = (options: HelperOptions): Reader => (options.data as { reader: Reader }).reader;

/**
 * Helpers that ask rather than write: a value may be null here, but it must have been given. Their
 * arguments are guarded by `seen`, everyone else's by `need`.
 */
export const askingHelpers: Record<string, Helper> = {
  is: (a: unknown, b: unknown) => a === b,
  not: (value: unknown) => !value,
  and: (...args: unknown[]) => args.slice(0, -1).every(Boolean),
  or: (...args: unknown[]) => args.slice(0, -1).some(Boolean),
  fullName: (given: string | null, family: string | null) => fullName(given, family),
};

/** Helpers that write a value in the reader's way. */
export const writingHelpers: Record<string, Helper> = {
  money: (amountMinor: number, currency: string, options: HelperOptions) =>
    formatMoney(amountMinor, currency, reader(options).locale),
  percent: (share: number, options: HelperOptions) => formatPercent(share, reader(options).locale),
  date: (date: string, options: HelperOptions) =>
    formatDate(date, reader(options).today, reader(options).locale),
  /** In the zone named, else the reader's own. */
  dateTime: (instant: string, zone: string | HelperOptions, options?: HelperOptions) =>
    typeof zone === 'string'
      ? formatDateTime(instant, zone, reader(options as HelperOptions).locale)
      : formatDateTime(instant, reader(zone).timeZone, reader(zone).locale),
  days: (days: number, options: HelperOptions) => formatDays(days, reader(options).locale),
  list: (items: string[], options: HelperOptions) => formatList(items, reader(options).locale),
  maskPolicy: (number: string) => maskPolicy(number),
  paragraphs: (text: string) => text.split(/\n\s*\n/),
  /** The only way into an href or src: a scheme that runs script never gets there. */
  url: (value: string) => {
    if (/^https?:\/\/[^\s"'<>\\]+$/i.test(value) || /^mailto:[^\s"'<>\\]+$/i.test(value)) return value;
    if (/^tel:\+?[\d-]+$/.test(value)) return value;
    throw new TemplateError('invalid_variable', 'url', 'A link is not a web, mail or telephone address.');
  },
  /** Where a choice of words has none for what the data holds. */
  unknown: (value: unknown, path: string) => {
    throw new TemplateError('invalid_variable', path, `There are no words for ${path} "${String(value)}".`);
  },
  tel: (phone: string) => `tel:${phone.replace(/[^\d+]/g, '')}`,
};

/** Guards that every path in a template is wrapped in; see {@link ./program.ts}. */
export const guards: Record<string, Helper> = {
  print: (value: unknown, path: string) => {
    const present = guards['need'] as unknown as (value: unknown, path: string) => unknown;
    const printable = present(value, path);
    if (typeof printable === 'string' || Number.isFinite(printable)) return printable;
    throw new TemplateError('invalid_variable', path, `${path} is not text.`);
  },
  need: (value: unknown, path: string) => {
    if (value === undefined || value === null || value === '') throw missing(path);
    return value;
  },
  seen: (value: unknown, path: string) => {
    if (value === undefined) throw missing(path);
    return value;
  },
};

function missing(path: string): TemplateError {
  return new TemplateError('missing_variable', path, `${path} is missing.`);
}
