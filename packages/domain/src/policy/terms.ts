import { daysBetween } from '../time/civil-date.js';

/** A renewal date that moves on by this many days or more has begun a new term; by less, it was corrected. */
export const newTermAfterDays = 180;

/**
 * Whether a changed renewal date means that the policy was renewed. Core systems do not say so: they put a new
 * date over the old one. Terms are mostly of six or twelve months, corrections of days or weeks; half a year
 * (180 days, the shortest half of a year being 181) tells them apart.
 */
export function isRenewal(previousRenewalDate: string | null, nextRenewalDate: string | null): boolean {
  if (previousRenewalDate === null || nextRenewalDate === null) return false;
  return daysBetween(previousRenewalDate, nextRenewalDate) >= newTermAfterDays;
}
