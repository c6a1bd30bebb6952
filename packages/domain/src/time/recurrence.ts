import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { plainDate } from './civil-date.js';

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

const whole = (most: number, least = 1) => {
  return (text: string): boolean =>
    /^[+-]?\d{1,5}$/.test(text) && Math.abs(Number(text)) >= least && Math.abs(Number(text)) <= most;
};
const positive = (most: number) => (text: string) => /^\d/.test(text) && whole(most)(text);
const each = (isValid: (text: string) => boolean) => (text: string) => text.split(',').every(isValid);

/** The parts of RFC 5545 that speak of days, and what each may hold. */
const parts: Readonly<Record<string, (text: string) => boolean>> = {
  FREQ: (text) => ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(text),
  INTERVAL: positive(1000),
  COUNT: positive(10_000),
  UNTIL: (text) => /^\d{8}$/.test(text) && isDate(text),
  BYDAY: each((text) => /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.test(text)),
  BYMONTH: each(positive(12)),
  BYMONTHDAY: each(whole(31)),
  BYYEARDAY: each(whole(366)),
  BYWEEKNO: each(whole(53)),
  BYSETPOS: each(whole(366)),
  WKST: (text) => weekdays.includes(text),
};

/** The day that rules are counted from where nothing else is given: a Saturday, long before any campaign. */
export const recurrenceOrigin = '2000-01-01';

/**
 * What is wrong with a recurrence rule, in words, or null when nothing is. Parts that speak of hours are refused,
 * for a campaign says its time of day apart; so is whatever a reader of rules might pass over in silence.
 *
 * @param startsOn the civil date that the rule is counted from, null when none is given. Every other week, or three
 *   times in all, means nothing without one.
 */
export function recurrenceProblem(rrule: string, startsOn: string | null): string | null {
  const given = rrule.split(';').map((part) => part.split('='));
  const names = given.map(([name]) => name ?? '');
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined)
    return `${unknown || 'an empty part'} is not known; valid are ${Object.keys(parts).join(', ')}`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `${twice} is given twice`;
  if (names[0] !== 'FREQ') return 'must begin with FREQ=';
  const wrong = given.find(([name = '', ...value]) => !parts[name]!(value.join('=')));
  if (wrong !== undefined) return `${wrong.join('=')} is not a value that ${wrong[0]} can have`;
  const relative = given.find(([name, value]) => name === 'COUNT' || (name === 'INTERVAL' && value !== '1'));
  if (relative !== undefined && startsOn === null)
    return `${relative[0]} counts from the campaign’s startsOn, which must be given`;
  try {
    ruleFor(rrule, startsOn);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return null;
}

/**
 * The days in from..to (both included) on which a valid recurrence rule falls.
 *
 * @param startsOn the first day of the rule (DTSTART), which its weekdays, months and intervals are counted from
 *   where it does not name them; null: 1 January 2000
 */
export function recurrenceDays(
  rrule: string,
  startsOn: string | null,
  { from, to }: { from: string; to: string },
): string[] {
  if (from > to) return [];
  const days = ruleFor(rrule, startsOn).between(utcMidnight(from), utcMidnight(to), true);
  return days.map((day) => day.toPlainDate().toString());
}

// Reading a rule costs a millisecond, and a planner asks for the same few again and again.
const known = new Map<string, RRuleTemporal<Temporal.ZonedDateTime>>();

function ruleFor(rrule: string, startsOn: string | null): RRuleTemporal<Temporal.ZonedDateTime> {
  const key = `${rrule} ${startsOn ?? ''}`;
  let rule = known.get(key);
  if (rule === undefined) {
    // In UTC, whose days are all there and all of one length: a rule chooses days; their zone is the reader's.
    rule = new RRuleTemporal({
      rruleString: rrule.replace(/UNTIL=(\d{8})/, 'UNTIL=$1T000000Z'),
      dtstart: utcMidnight(startsOn ?? recurrenceOrigin),
      temporal: Temporal,
      strict: true,
    });
    if (known.size >= 200) known.clear();
    known.set(key, rule);
  }
  return rule;
}

function utcMidnight(date: string): Temporal.ZonedDateTime {
  return plainDate(date).toZonedDateTime('UTC');
}

function isDate(digits: string): boolean {
  try {
    return plainDate(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`).year >= 1900;
  } catch {
    return false;
  }
}
