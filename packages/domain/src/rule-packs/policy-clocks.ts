import type { Line, PaymentMode } from '../policy/policy.js';
import { plainDate } from '../time/civil-date.js';
import { ruleInForce } from './resolve.js';
import type { Period } from './rule-pack.js';

/**
 * The last day of grace, itself included, for a policy that entered grace on `graceFrom`; null for a line that knows
 * no grace (motor, travel). Where it depends on how the premium is paid and that is not known, the shorter stands.
 */
export function graceEndsOn(
  line: Line,
  graceFrom: string,
  region?: string | null,
  mode?: PaymentMode | null,
): string | null {
  const rule = ruleInForce('grace', { region, line, on: graceFrom });
  return rule?.value ? endOf(rule.value, graceFrom, mode ?? 'monthly') : null;
}

/**
 * The last day on which a policy that started on `startDate` can be given back without a reason; null where no such
 * right is known. Contracts often count from the day the papers were signed for, which is no earlier.
 */
export function coolingOffEndsOn(startDate: string, line: Line, region?: string | null): string | null {
  const rule = ruleInForce('coolingOff', { region, line, on: startDate });
  return rule ? endOf(rule.value, startDate) : null;
}

/** The last day on which a policy that lapsed on `lapsedOn` can be taken up again; null where no rule is known. */
export function reinstatementEndsOn(lapsedOn: string, line: Line, region?: string | null): string | null {
  const rule = ruleInForce('reinstatement', { region, line, on: lapsedOn });
  return rule ? endOf(rule.value, lapsedOn) : null;
}

function endOf(period: Period, from: string, mode?: PaymentMode): string {
  const start = plainDate(from);
  const days = mode === 'monthly' ? (period.monthlyDays ?? period.days) : period.days;
  const ends = [
    ...(days === undefined ? [] : [start.add({ days })]),
    ...(period.months === undefined ? [] : [start.add({ months: period.months })]),
    ...(period.years === undefined ? [] : [start.add({ years: period.years })]),
  ].map(String);
  return ends.reduce((first, end) => (end < first ? end : first));
}
