import type { Step } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { RunningVersion } from './running-versions.repository.js';

/**
 * How far back a run looks. `all`: through the whole catch-up window, so that whoever came into an audience late
 * is found. `recent`: that only now and then and after each import, else no further than the last run.
 */
export type Search = 'all' | 'recent';

// An import is looked for at once; this is for what changes without one, such as a consent.
const searchEvery = { minutes: 15 };

/** From where on each step of a version is searched, and whether that is its whole catch-up window. */
export function searchOf(
  { definition, steps }: RunningVersion,
  { asOf, search, bookChangedAt }: { asOf: Temporal.Instant; search: Search; bookChangedAt: Date | null },
): { searched: boolean; after: (step: Step) => Temporal.Instant } {
  const windowStart = asOf.subtract({ hours: definition.catchUpHours });
  const watermarks = new Map(steps.map(({ step, plannedUntil }) => [step, instantOf(plannedUntil)]));
  const watermark = ({ key }: Step) => watermarks.get(key) ?? windowStart;
  const searched =
    search === 'all' ||
    definition.steps.some(({ key }) =>
      isSearchDue(steps.find(({ step }) => step === key)?.searchedAt ?? null, bookChangedAt, asOf),
    );
  if (searched) return { searched, after: (step) => earliest([watermark(step), windowStart]) };
  // A step that goes is the last of those due, so all of them are looked at from the same moment on. With an arm that
  // goes at another hour than its step, an earlier step may come due after a later one: there, from a day before.
  const since = earliest(definition.steps.map(watermark));
  const moved = definition.steps.some(({ variants }) => variants.some(({ at }) => at !== undefined));
  const start = moved ? since.subtract({ hours: 24 }) : since;
  const withinWindow = Temporal.Instant.compare(start, windowStart) < 0 ? windowStart : start;
  return { searched, after: (step) => earliest([watermark(step), withinWindow]) };
}

/** A clock that was set back has searched in the future: then search as well. */
function isSearchDue(searchedAt: Date | null, bookChangedAt: Date | null, asOf: Temporal.Instant): boolean {
  if (searchedAt === null) return true;
  const last = instantOf(searchedAt);
  if (bookChangedAt !== null && Temporal.Instant.compare(instantOf(bookChangedAt), last) >= 0) return true;
  const next = last.add(searchEvery);
  return Temporal.Instant.compare(asOf, next) >= 0 || Temporal.Instant.compare(asOf, last) < 0;
}

function instantOf(date: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(date.getTime());
}

function earliest(instants: readonly Temporal.Instant[]): Temporal.Instant {
  return instants.reduce((best, next) => (Temporal.Instant.compare(next, best) < 0 ? next : best));
}
