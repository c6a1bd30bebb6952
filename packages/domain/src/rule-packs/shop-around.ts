import type { Line } from '../policy/policy.js';
import { plainDate } from '../time/civil-date.js';
import { requiredContent } from './contact-rules.js';

/** From this renewal on the letter says that a better price may be had elsewhere. */
const longStandingFrom = 4;

/**
 * Which words about comparing prices a renewal letter has to carry: `longStanding` from the fourth renewal on; null
 * where no rule asks for any.
 *
 * @param policy of its terms the one that runs, which ends on the renewal date
 */
export function shopAroundWording(
  policy: {
    readonly line: Line;
    readonly startDate: string;
    readonly renewalDate: string | null;
    readonly termNumber: number;
  },
  region: string | null | undefined,
): 'standard' | 'longStanding' | null {
  const { line, startDate, renewalDate, termNumber } = policy;
  if (renewalDate === null) return null;
  if (!isAsked(line, region, renewalDate)) return null;
  // A book that came from an older system begins to count terms at one, though the policy has run for years.
  const years = plainDate(startDate).until(plainDate(renewalDate), { largestUnit: 'year' }).years;
  return Math.max(years, termNumber) >= longStandingFrom ? 'longStanding' : 'standard';
}

/** A campaign asks about a few lines, regions and days, and about each of them thousands of times. */
const known = new Map<string, boolean>();
const mostKnown = 5_000;

function isAsked(line: Line, region: string | null | undefined, renewalDate: string): boolean {
  const key = `${line} ${renewalDate} ${region ?? ''}`;
  let asked = known.get(key);
  if (asked === undefined) {
    const required = requiredContent(line, region, 'renewal', renewalDate);
    asked = required.some(({ value }) => value.marks.includes('shop_around'));
    if (known.size >= mostKnown) known.clear();
    known.set(key, asked);
  }
  return asked;
}
