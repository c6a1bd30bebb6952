import { Temporal } from 'temporal-polyfill';
import { plainDate } from './civil-date.js';

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
  return instantAt(plainDate(localDate), timeOfDay(at), zone);
}

function instantAt(date: Temporal.PlainDate, time: Temporal.PlainTime, zone: string): Temporal.Instant {
  return date.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation: 'later' }).toInstant();
}

function timeOfDay(at: string): Temporal.PlainTime {
  return new Temporal.PlainTime(Number(at.slice(0, 2)), Number(at.slice(3, 5)));
}

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
  const { zones, at, after, upTo } = args;
  const afterMs = after.epochMilliseconds;
  const upToMs = upTo.epochMilliseconds;
  if (afterMs >= upToMs) return [];
  const time = timeOfDay(at);
  const slots: Slot[] = [];
  for (const zone of zones) {
    const end = upTo.toZonedDateTimeISO(zone).toPlainDate();
    // The day before as well: a time in a gap may move past midnight, by a whole day at the most.
    let date = after.toZonedDateTimeISO(zone).toPlainDate().subtract({ days: 1 });
    for (; Temporal.PlainDate.compare(date, end) <= 0; date = date.add({ days: 1 })) {
      const dueAt = instantAt(date, time, zone);
      const dueMs = dueAt.epochMilliseconds;
      if (dueMs > afterMs && dueMs <= upToMs) slots.push({ zone, localDate: date.toString(), dueAt });
    }
  }
  return slots;
}
