import { isTimeZone } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';

/** The zone a customer's day is counted in: their own, else the policy's, else UTC; one that is none is passed over. */
export function dayZone(customerZone: string | null, policyZone: string | null): string {
  return [customerZone, policyZone].find((zone) => zone !== null && isTimeZone(zone)) ?? 'UTC';
}

/** Gives the civil date of each zone at one moment; each zone is worked out once. */
export function daysAt(now: Temporal.Instant): (zone: string) => string {
  const known = new Map<string, string>();
  return (zone) => {
    const found = known.get(zone);
    if (found !== undefined) return found;
    const day = now.toZonedDateTimeISO(zone).toPlainDate().toString();
    known.set(zone, day);
    return day;
  };
}
