import { moneyWriter } from './money.js';

/** Dates this many days away or nearer, either side of today, are written with their weekday. */
const nearDays = 14;
const dayMs = 86_400_000;

// Building a formatter costs more than writing a whole message, and there are only a few of them.
const made = new Map<string, unknown>();

function once<T>(key: string, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known as T;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}

// A campaign writes the same few days and amounts in every message, each several times.
const written = new Map<string, string>();
const mostWritten = 5_000;

function remembered(key: string, write: () => string): string {
  const known = written.get(key);
  if (known !== undefined) return known;
  if (written.size >= mostWritten) written.clear();
  const fresh = write();
  written.set(key, fresh);
  return fresh;
}

/**
 * An amount in minor units of an ISO 4217 currency, as the reader writes money. How many minor units make
 * one is the currency's own affair: 1234 is 12.34 EUR, 1,234 JPY and 1.234 KWD.
 */
export function formatMoney(amountMinor: number, currency: string, locale: string): string {
  return once(`money ${locale} ${currency}`, () => moneyWriter(currency, locale))(amountMinor);
}

/** A share as a percentage with at most one decimal, without its sign: 0.085 is 8.5%. */
export function formatPercent(share: number, locale: string): string {
  const options = { style: 'percent', maximumFractionDigits: 1 } as const;
  const shown = roundedShare(Math.abs(share));
  return remembered(`percent ${locale} ${shown}`, () =>
    once(`percent ${locale}`, () => new Intl.NumberFormat(locale, options)).format(shown),
  );
}

/** To what will be shown, so that there are few; except about halfway, where only Intl knows which way it will go. */
function roundedShare(share: number): number {
  const nearest = Math.round(share * 1000);
  return Math.abs(share * 1000 - nearest) < 0.499 ? nearest / 1000 : share;
}

/** A civil date in words, with its weekday when near `today`. Both are `YYYY-MM-DD`. */
export function formatDate(date: string, today: string, locale: string): string {
  return remembered(`date ${locale} ${today} ${date}`, () => {
    const near = Math.abs(daysBetween(today, date)) <= nearDays;
    const formatter = once(
      `date ${locale} ${near}`,
      // A civil date has no zone: it is read as UTC and written as UTC.
      () =>
        new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...day, ...(near ? { weekday: 'long' } : {}) }),
    );
    return write(formatter, date, locale);
  });
}

/** A point in time (ISO 8601) as the clock in `timeZone` shows it, with weekday and the zone's name. */
export function formatDateTime(instant: string, timeZone: string, locale: string): string {
  const formatter = once(
    `dateTime ${locale} ${timeZone}`,
    () =>
      new Intl.DateTimeFormat(locale, {
        timeZone,
        ...day,
        weekday: 'long',
        hour: 'numeric',
        minute: '2-digit',
        timeZoneName: locale.startsWith('zh') ? 'shortGeneric' : 'short',
      }),
  );
  return write(formatter, instant, locale);
}

const day = { day: 'numeric', month: 'long', year: 'numeric' } as const;

function write(formatter: Intl.DateTimeFormat, date: string, locale: string): string {
  const at = Date.parse(date);
  if (!locale.startsWith('zh')) return plainSpaces(formatter.format(at));
  // ICU strings it all together (2026年5月21日星期四 中国时间 14:30); people write weekday and zone in brackets.
  const parts = formatter.formatToParts(at);
  const value = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value;
  const bracketed = (text: string | undefined) => (text === undefined ? '' : `（${text}）`);
  const civil = `${value('year')}年${value('month')}月${value('day')}日${bracketed(value('weekday'))}`;
  const hour = value('hour');
  return hour === undefined ? civil : `${civil}${hour}:${value('minute')}${bracketed(value('timeZoneName'))}`;
}

/** "Ann, Bob and Carol". */
export function formatList(items: readonly string[], locale: string): string {
  return once(`list ${locale}`, () => new Intl.ListFormat(locale, { type: 'conjunction' })).format(items);
}

/** "today", "tomorrow", "in 5 days", "5 days ago". */
export function formatDays(days: number, locale: string): string {
  return once(`days ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })).format(
    days,
    'day',
  );
}

/** Whole days from one civil date to another; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

/** A policy number for a message anyone may read over a shoulder: its last four characters, or fewer of a short one. */
export function maskPolicy(number: string): string {
  const shown = Math.min(4, Math.floor(number.length / 2));
  return shown === 0 ? '••••' : `•••• ${number.slice(-shown)}`;
}

/** A person's name in the order its own script puts it. */
export function fullName(givenName: string | null, familyName: string | null): string {
  const han = /^\p{Script=Han}+$/u;
  if (givenName && familyName && han.test(givenName) && han.test(familyName)) return familyName + givenName;
  return [givenName, familyName].filter(Boolean).join(' ');
}

/** The narrow no-break space that ICU writes before "PM" is missing from the fonts of some mail programs. */
function plainSpaces(text: string): string {
  return text.replaceAll('\u202f', '\u00a0');
}
