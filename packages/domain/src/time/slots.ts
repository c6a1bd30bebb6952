import { Temporal } from 'temporal-polyfill';
import { addDays, plainDate } from './civil-date.js';

/** One local day of one zone, and the instant at which a message of that day is due. */
export interface Slot {
  readonly zone: string;
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
}

/**
 * The instant at which the clocks of a zone show `at` (HH:MM) on a date. When clocks go forward over it, it moves
 * forward by as much (02:30 becomes 03:30); when they go back and show it twice, the later one counts. So each
 * local date has exactly one instant. A date that a zone skipped whole (Pacific/Apia, 2011-12-30) moves by its
 * whole day and falls on the same instant as the next date: a message anchored to it is late by a day, not lost.
 */
export function dueInstant(localDate: string, at: string, zone: string): Temporal.Instant {
  return inZone(localDateTime(localDate, at), zone).toInstant();
}

function localDateTime(localDate: string, at: string): Temporal.PlainDateTime {
  const time = new Temporal.PlainTime(Number(at.slice(0, 2)), Number(at.slice(3, 5)));
  return plainDate(localDate).toPlainDateTime(time);
}

function inZone(dateTime: Temporal.PlainDateTime, zone: string): Temporal.ZonedDateTime {
  return dateTime.toZonedDateTime(zone, { disambiguation: 'later' });
}

// How far a local time may lie from the same time in UTC: Manila was 16 hours behind before it crossed the day
// line, zones reach 15 hours ahead; and a time in the gap of a skipped day moves by that day.
const mostAhead = 15 * 3_600_000;
const mostBehind = (16 + 24) * 3_600_000;

/**
 * Every slot with after < dueAt ≤ upTo, by zone in the order given and then by date. Calls with adjoining ranges
 * give each local date of each zone once, through every change of the clocks.
 *
 * @param args.zones IANA names; a name given twice yields its slots twice.
 * @param args.at local time of day, HH:MM.
 */
export function slotsDue(args: {
  zones: readonly string[];
  at: string;
  after: Temporal.Instant;
  upTo: Temporal.Instant;
}): Slot[] {
  const { zones, at } = args;
  const after = args.after.epochMilliseconds;
  const upTo = args.upTo.epochMilliseconds;
  if (after >= upTo) return [];
  // The days are worked out once for all zones: a book has hundreds of them, and a simulation months.
  const days = daysAbout(at, after, upTo);
  return zones.flatMap((zone) =>
    days.flatMap(({ localDate, dateTime }): Slot[] => {
      const due = inZone(dateTime, zone);
      const dueAt = due.epochMilliseconds;
      return dueAt > after && dueAt <= upTo ? [{ zone, localDate, dueAt: due.toInstant() }] : [];
    }),
  );
}

/** The local days of which some zone may have its slot in after..upTo. */
function daysAbout(
  at: string,
  after: number,
  upTo: number,
): { localDate: string; dateTime: Temporal.PlainDateTime }[] {
  const days: { localDate: string; dateTime: Temporal.PlainDateTime }[] = [];
  const first = new Date(after - mostBehind).toISOString().slice(0, 10);
  for (let localDate = first; ; localDate = addDays(localDate, 1)) {
    const inUtc = Date.parse(`${localDate}T${at}Z`);
    if (inUtc - mostAhead > upTo) return days;
    if (inUtc + mostBehind > after) days.push({ localDate, dateTime: localDateTime(localDate, at) });
  }
}
