import { isEmailAddress } from '../contact/email-address.js';
import { isCurrency } from '../money/money.js';
import { isTimeZone } from '../time/zones.js';
import { dateProblem, instantInUtc } from './date-cells.js';
import { jsonObject } from './json-cell.js';
import { CellProblem, type CellReader } from './cell-problem.js';
import { hasControlCharacters } from '../text/characters.js';

/** A word or a line of text, trimmed. Ids, names and codes alike must stay on one line. */
export function text(longest: number): CellReader<string> {
  return (cell) => {
    if (typeof cell !== 'string') return new CellProblem('not_text', 'must be text: put it in quotes');
    const value = cell.trim();
    if (value.length > longest) {
      return new CellProblem('too_long', `has ${value.length} characters; at most ${longest} are kept`);
    }
    if (hasControlCharacters(value)) {
      return new CellProblem(
        'control_characters',
        'holds a line break, a control character or half a character; remove it',
      );
    }
    return value;
  };
}

/** One of a few words, written exactly so. */
export function choice<const C extends readonly string[]>(choices: C): CellReader<C[number]> {
  const known = new Set<string>(choices);
  return (cell) => {
    const value = typeof cell === 'string' ? cell.trim() : cell;
    if (typeof value === 'string' && known.has(value)) return value;
    return new CellProblem('not_a_choice', `is not one of ${choices.join(', ')}`);
  };
}

/** A whole number of the smallest unit of money, 0 or more. */
export const minorUnits: CellReader<number> = (cell) => {
  const value = typeof cell === 'number' ? cell : wholeNumber(cell);
  if (!Number.isInteger(value)) {
    return new CellProblem(
      'not_an_integer',
      'must be a whole number of the smallest unit: 12.50 is written 1250, without separators',
    );
  }
  if (value < 0) return new CellProblem('negative', 'must not be negative');
  if (!Number.isSafeInteger(value)) {
    return new CellProblem('too_large', `must be at most ${Number.MAX_SAFE_INTEGER}`);
  }
  return value;
};

function wholeNumber(cell: unknown): number {
  return typeof cell === 'string' && /^\s*-?[0-9]{1,30}\s*$/.test(cell) ? Number(cell) : NaN;
}

const booleans = new Map<unknown, boolean>([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
  [true, true],
  [false, false],
  [1, true],
  [0, false],
]);

/** true or false, also written yes/no and 1/0, in capitals or not. */
export const boolean: CellReader<boolean> = (cell) =>
  booleans.get(cell) ??
  (typeof cell === 'string' ? booleans.get(cell.trim().toLowerCase()) : undefined) ??
  new CellProblem('not_a_boolean', 'must be true or false');

/** A calendar date, YYYY-MM-DD. */
export const civilDate: CellReader<string> = (cell) => {
  const value = typeof cell === 'string' ? cell.trim() : '';
  return dateProblem(value) ?? value;
};

/** A calendar date that is not to come: a date of birth. A day's leave is given for zones ahead of UTC. */
export const pastDate: CellReader<string> = (cell, clock) => {
  const value = civilDate(cell, clock);
  if (value instanceof CellProblem || value <= clock.tomorrow) return value;
  return new CellProblem('future_date', `the date ${value} is yet to come`);
};

/** A moment, given back in UTC as `2026-05-01T08:00:00.000Z`. */
export const instant: CellReader<string> = (cell) =>
  instantInUtc(typeof cell === 'string' ? cell.trim() : '');

const line = text(254);

/** One e-mail address. A wrong one is refused with its row: a silent gap would look like a customer without mail. */
export const email: CellReader<string> = (cell, clock) => {
  const value = line(cell, clock);
  if (value instanceof CellProblem || isEmailAddress(value)) return value;
  return new CellProblem(
    'bad_email',
    'is not one e-mail address, like name@example.com; leave it empty if unknown',
  );
};

/** A name of the IANA time zone database. */
export const timeZone: CellReader<string> = (cell) => {
  const value = typeof cell === 'string' ? cell.trim() : '';
  return isTimeZone(value)
    ? value
    : new CellProblem('unknown_zone', 'is not a time zone of the IANA database, like Europe/Madrid');
};

/** A currency of ISO 4217. */
export const currency: CellReader<string> = (cell) => {
  const value = typeof cell === 'string' ? cell.trim() : '';
  return isCurrency(value)
    ? value
    : new CellProblem('bad_currency', 'is not a currency of ISO 4217 in capitals, like EUR');
};

/** Locales seen, by how they were written; bounded, for a file may hold any number of private ones. */
const locales = new Map<string, string>();
const mostLocales = 1000;

/** A language tag of BCP 47, given back in its usual spelling; `zh_cn` is taken for `zh-CN`. */
export const locale: CellReader<string> = (cell) => {
  const written = typeof cell === 'string' ? cell.trim() : '';
  const seen = locales.get(written);
  if (seen !== undefined) return seen;
  try {
    const [canonical] = written.length > 35 ? [] : Intl.getCanonicalLocales(written.replaceAll('_', '-'));
    if (canonical !== undefined) {
      if (locales.size < mostLocales) locales.set(written, canonical);
      return canonical;
    }
  } catch {
    // Not well-formed: answered below.
  }
  return new CellProblem('bad_locale', 'is not a language tag, like en-GB or zh-CN');
};

/** A JSON object: as text in CSV, as itself in NDJSON. */
export const json: CellReader<Readonly<Record<string, unknown>>> = (cell) => jsonObject(cell);
