import { isTimeZone } from '@aftercare/domain';

/** The zone a customer's day is counted in: their own, else the policy's, else UTC; one that is none is passed over. */
export function dayZone(customerZone: string | null, policyZone: string | null): string {
  return [customerZone, policyZone].find((zone) => zone !== null && isTimeZone(zone)) ?? 'UTC';
}
