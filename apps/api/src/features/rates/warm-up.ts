import { daysBetween } from '@aftercare/domain';
import type { WarmUp } from './rates.types.js';

/**
 * How many messages a warm-up lets go on a day; null once the ramp is over. Before its first day it is as strict as on it.
 * @example allowedOn({ startsOn: '2031-05-01', firstDay: 50, factor: 2, upTo: 1000, … }, '2031-05-03') // 200
 */
export function allowedOn(warmUp: Omit<WarmUp, 'identity'>, day: string): number | null {
  const { startsOn, firstDay, factor, upTo } = warmUp;
  const allowed = Math.floor(firstDay * factor ** Math.max(0, daysBetween(startsOn, day)) + 1e-6);
  return allowed >= upTo ? null : allowed;
}
