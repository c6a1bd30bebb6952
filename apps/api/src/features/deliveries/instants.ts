import { Temporal } from 'temporal-polyfill';

const known = new Map<number, Temporal.Instant>();
const mostKnown = 1000;

/** Rows of a batch mostly share their moments, and to make an instant costs as much as all else that is asked of a row. */
export function instantOf(date: Date): Temporal.Instant {
  const milliseconds = date.getTime();
  let instant = known.get(milliseconds);
  if (instant === undefined) {
    if (known.size >= mostKnown) known.clear();
    instant = Temporal.Instant.fromEpochMilliseconds(milliseconds);
    known.set(milliseconds, instant);
  }
  return instant;
}
