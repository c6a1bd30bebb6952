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

/** Who reads: what the helpers need to know beside their arguments. */
export type Reader = {
  locale: string;
  today: string;
  timeZone: string;
  /** Puts another address in place of a web link's, so that following it can be told. */
  trackLink?: ((url: string) => string) | undefined;
};

export type Helper = (reader: Reader, ...args: never[]) => unknown;

/**
 * Helpers that ask rather than write: a value may be null here, but it must have been given. Their
 * arguments are checked by `seen`, everyone else's by `need`.
 */
export const askingHelpers: Record<string, Helper> = {
  is: (_reader, a: unknown, b: unknown) => a === b,
  not: (_reader, value: unknown) => !value,
  and: (_reader, ...args: unknown[]) => args.every(Boolean),
  or: (_reader, ...args: unknown[]) => args.some(Boolean),
  fullName: (_reader, given: string | null, family: string | null) => fullName(given, family),
};

/** Helpers that write a value in the reader's way. */
const writingHelpers: Record<string, Helper> = {
  money: ({ locale }, amountMinor: number, currency: string) => formatMoney(amountMinor, currency, locale),
  percent: ({ locale }, share: number) => formatPercent(share, locale),
  date: ({ locale, today }, date: string) => formatDate(date, today, locale),
  /** In the zone named, else the reader's own. */
  dateTime: ({ locale, timeZone }, instant: string, zone: string = timeZone) =>
    formatDateTime(instant, zone, locale),
  days: ({ locale }, days: number) => formatDays(days, locale),
  list: ({ locale }, items: string[]) => formatList(items, locale),
  maskPolicy: (_reader, number: string) => maskPolicy(number),
  paragraphs: (_reader, text: string) => text.split(/\n\s*\n/),
  url: (_reader, value: string) => checkedUrl(value),
  /** Where a reader may follow it: see compile/assemble.ts, which puts it in place of `url`. */
  link: (reader, value: string) => trackedUrl(reader, value),
  /** Where a choice of words has none for what the data holds. */
  unknown: (_reader, value: unknown, path: string) => {
    throw new TemplateError('invalid_variable', path, `There are no words for ${path} "${String(value)}".`);
  },
  tel: (_reader, phone: string) => `tel:${phone.replace(/[^\d+]/g, '')}`,
};

/** Every helper that a template may call, by name. */
export const helpers: ReadonlyMap<string, Helper> = new Map(
  Object.entries({ ...askingHelpers, ...writingHelpers }),
);

/** Those that make the same of the same, whoever reads it and when. */
export const fixedHelpers: ReadonlySet<string> = new Set(['is', 'not', 'and', 'or', 'url', 'tel']);

function trackedUrl({ trackLink }: Reader, value: string): string {
  const url = checkedUrl(value);
  return trackLink && /^https?:/i.test(url) ? checkedUrl(trackLink(url)) : url;
}

/** The only way into an href or src: a scheme that runs script never gets there. */
function checkedUrl(value: string): string {
  if (/^(?:https?:\/\/|mailto:)[^\s"'<>\\]+$/i.test(value)) return value;
  if (/^tel:\+?[\d-]+$/.test(value)) return value;
  throw new TemplateError('invalid_variable', 'url', 'A link is not a web, mail or telephone address.');
}

/** What is written as it is: there, not empty, and text. */
export function printable(value: unknown, path: string): string | number {
  const present = need(value, path);
  if (typeof present === 'string' || (typeof present === 'number' && Number.isFinite(present)))
    return present;
  throw new TemplateError('invalid_variable', path, `${path} is not text.`);
}

/** What a helper writes: there, and not empty. */
export function need(value: unknown, path: string): unknown {
  if (value === undefined || value === null || value === '') throw missing(path);
  return value;
}

/** What is asked about: there, though it may be null. */
export function seen(value: unknown, path: string): unknown {
  if (value === undefined) throw missing(path);
  return value;
}

function missing(path: string): TemplateError {
  return new TemplateError('missing_variable', path, `${path} is missing.`);
}
