// Dates in words. Everything takes the locale and "today" or "now" as arguments, so it can be tested on any day.

const dayMs = 86_400_000;

/** Civil dates are shown through UTC, so that no host zone can move them to a neighbouring day. */
function utc(civil: string): Date {
  return new Date(`${civil}T00:00:00Z`);
}

/** Whole days from `from` to `to`, both 'YYYY-MM-DD'; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / dayMs);
}

/** The civil date of an instant in a time zone (the browser's own unless told). */
export function civilDate(instant: string | Date, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).formatToParts(
    new Date(instant),
  );
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/**
 * A civil date as a person says it: with its weekday when it is within two weeks, with its year otherwise.
 * ('Friday 27 November' / '27 November 2027')
 */
export function formatDate(civil: string, locale: string, today: string): string {
  const near = Math.abs(daysBetween(today, civil)) <= 14;
  return new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    ...(near ? { weekday: 'long' } : { year: 'numeric' }),
  }).format(utc(civil));
}

/** A civil date short enough for a table. ('27 Nov 2026') */
export function formatDateShort(civil: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).format(utc(civil));
}

/** How far a day is from today. ('in 5 days', 'tomorrow', 'last month') */
export function formatDistance(days: number, locale: string): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const size = Math.abs(days);
  if (size < 45) return relative.format(days, 'day');
  if (size < 365) return relative.format(Math.round(days / 30.44), 'month');
  return relative.format(Math.round(days / 365.25), 'year');
}

/** A moment for a table: time alone on the same day, with the weekday when near, else with the date. */
export function formatMoment(instant: string, locale: string, now: Date, timeZone?: string): string {
  const days = daysBetween(civilDate(now, timeZone), civilDate(instant, timeZone));
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const date =
    days === 0
      ? {}
      : Math.abs(days) < 7
        ? ({ weekday: 'short', day: 'numeric', month: 'short' } as const)
        : ({ day: 'numeric', month: 'short', year: 'numeric' } as const);
  return new Intl.DateTimeFormat(locale, { timeZone, ...date, ...time }).format(new Date(instant));
}

/** A moment with nothing left out, its zone included: what a tooltip shows. */
export function formatMomentFull(instant: string, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(new Date(instant));
}
