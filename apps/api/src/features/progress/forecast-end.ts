import type { AllowedDay } from '../rates/rates.types.js';

/** Rows that may go from a moment on. */
export interface Portion {
  /** Milliseconds since the epoch. */
  fromMs: number;
  count: number;
}

/**
 * When the last of some rows will have gone, at a steady pace: each portion begins at its time, or when those before it
 * are through.
 * @returns milliseconds since the epoch; null when there is no pace to reckon with
 */
export function forecastEnd(portions: readonly Portion[], perSecond: number, nowMs: number): number | null {
  if (perSecond <= 0) return null;
  let at = nowMs;
  for (const { fromMs, count } of portions.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (count > 0) at = Math.max(at, fromMs) + (count / perSecond) * 1000;
  }
  return at;
}

/**
 * What goes when each day lets only so many go: portions, parted over the days in the order in which they may go; of
 * those of one moment the first named goes first. What has a place on no day may go never: from `Infinity`.
 * @param days the first has begun
 */
export function withinDays<Rows extends Portion>(
  portions: readonly Rows[],
  days: readonly AllowedDay[],
): Rows[] {
  const waiting = portions.map((portion) => ({ ...portion })).sort((a, b) => a.fromMs - b.fromMs);
  const parted: Rows[] = [];
  for (const [index, { fromMs, allowed }] of days.entries()) {
    const endsAt = days[index + 1]?.fromMs ?? Infinity;
    let places = allowed;
    while (places > 0 && waiting.length > 0 && waiting[0]!.fromMs < endsAt) {
      const first = waiting[0]!;
      const count = Math.min(places, first.count);
      parted.push({ ...first, fromMs: Math.max(fromMs, first.fromMs), count });
      places -= count;
      first.count -= count;
      if (first.count === 0) waiting.shift();
    }
  }
  return [...parted, ...waiting.map((portion) => ({ ...portion, fromMs: Infinity }))];
}
