import { addDays } from '../time/civil-date.js';
import type { Line } from './policy.js';

/**
 * Days of grace by line, where no rule of a jurisdiction says otherwise. A customer is told the last day on which
 * payment keeps the cover, so where sources differ the shorter one stands: a day too few costs an early reminder,
 * a day too many costs somebody the cover.
 */
const graceDays: Readonly<Record<Line, { days: number; basis: string } | null>> = {
  life: {
    days: 30,
    basis: 'China Insurance Law art. 36 (30 days after demand); UK practice 30; New York Ins 3203 31',
  },
  health: { days: 30, basis: 'US state rules outside subsidised plans: mostly 30 or 31 days' },
  home: {
    days: 14,
    basis: 'Germany VVG s. 38: at least two weeks after the reminder; Spain LCS art. 15: one month',
  },
  commercial: { days: 14, basis: 'as home' },
  // Compulsory cover ends with its term, and a journey with its return: no grace is known for either.
  motor: null,
  travel: null,
};

/**
 * The last day of grace, itself included, for a policy that entered grace on `graceFrom`; null for a line that
 * knows no grace (motor, travel). Sources: DOMAIN facts 3.1, repeated in the table above.
 */
export function graceEndsOn(line: Line, graceFrom: string): string | null {
  const grace = graceDays[line];
  return grace === null ? null : addDays(graceFrom, grace.days);
}
