import { Temporal } from 'temporal-polyfill';

/** The calendar day on which a moment falls for people who live by a zone. */
export function localDay(moment: Temporal.Instant, zone: string): string {
  return moment.toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** What calendar and clock show: a day as YYYY-MM-DD and a time as HH:MM. */
export interface LocalTime {
  readonly day: string;
  readonly time: string;
}

/**
 * Whole batches are asked about at one moment, in few zones. To work out one answer costs some twenty times as much as
 * to remember it.
 */
let lastAsked = { at: NaN, byZone: new Map<string, LocalTime>() };

/** What the calendar and the clock of people who live by a zone show at a moment. */
export function localTime(moment: Temporal.Instant, zone: string): LocalTime {
  const at = moment.epochMilliseconds;
  if (at !== lastAsked.at) lastAsked = { at, byZone: new Map() };
  let known = lastAsked.byZone.get(zone);
  if (known === undefined) {
    const local = moment.toZonedDateTimeISO(zone);
    known = {
      day: local.toPlainDate().toString(),
      time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
    };
    lastAsked.byZone.set(zone, known);
  }
  return known;
}

/** A stretch of time in which a zone's clocks lie a fixed number of seconds ahead of UTC. */
export interface OffsetStretch {
  readonly from: Temporal.Instant;
  /** Not included. */
  readonly to: Temporal.Instant;
  readonly seconds: number;
}

/**
 * The offsets of a zone from one moment to before another, without gaps and in order. A moment plus the offset of
 * its stretch, read as if it were UTC, shows the day of {@link localDay}: so a database can find local days by
 * adding, without time-zone tables of its own that might be of another year.
 */
export function offsetStretches(zone: string, from: Temporal.Instant, to: Temporal.Instant): OffsetStretch[] {
  const stretches: OffsetStretch[] = [];
  let start = from.toZonedDateTimeISO(zone);
  while (Temporal.Instant.compare(start.toInstant(), to) < 0) {
    const next = start.getTimeZoneTransition('next');
    const end = next === null || Temporal.Instant.compare(next.toInstant(), to) > 0 ? to : next.toInstant();
    stretches.push({ from: start.toInstant(), to: end, seconds: start.offsetNanoseconds / 1e9 });
    start = end.toZonedDateTimeISO(zone);
  }
  return stretches;
}
