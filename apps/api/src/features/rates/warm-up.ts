import { addDays, daysBetween } from '@aftercare/domain';
import type { AllowedDay, RatesInForce, WarmUp } from './rates.types.js';

/** Nobody asks what goes later than within a year. */
const daysAheadAtMost = 366;
const dayMs = 86_400_000;

/**
 * How many messages a warm-up lets go on a day; null once the ramp is over. Before its first day it is as strict as on it.
 * @example allowedOn({ startsOn: '2031-05-01', firstDay: 50, factor: 2, upTo: 1000, … }, '2031-05-03') // 200
 */
export function allowedOn(warmUp: Omit<WarmUp, 'identity'>, day: string): number | null {
  const { startsOn, firstDay, factor, upTo } = warmUp;
  const allowed = Math.floor(firstDay * factor ** Math.max(0, daysBetween(startsOn, day)) + 1e-6);
  return allowed >= upTo ? null : allowed;
}

/** What is left of today, and what each day to come allows, until the ramp is over. */
export function daysAhead(warmUp: NonNullable<RatesInForce['warmUp']>, nowMs: number): AllowedDay[] {
  const days = [{ fromMs: nowMs, allowed: Math.max(0, warmUp.allowed - warmUp.taken) }];
  for (let ahead = 1; ahead <= daysAheadAtMost && days.at(-1)!.allowed < Infinity; ahead += 1) {
    days.push({
      fromMs: nowMs + warmUp.secondsLeft * 1000 + (ahead - 1) * dayMs,
      allowed: allowedOn(warmUp, addDays(warmUp.day, ahead)) ?? Infinity,
    });
  }
  return days;
}
