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
