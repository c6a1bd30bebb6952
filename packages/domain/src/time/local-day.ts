import { Temporal } from 'temporal-polyfill';

/** The calendar day on which a moment falls for people who live by a zone. */
export function localDay(moment: Temporal.Instant, zone: string): string {
  return moment.toZonedDateTimeISO(zone).toPlainDate().toString();
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
