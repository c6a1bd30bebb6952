import { daysBetween, type Line, type PolicyStatus } from '@aftercare/domain';
import { maskedPolicyNumber } from './policy-view.js';
import { attentionKinds, type Attention } from './portal.schemas.js';

/** What Home needs to know of a policy to see whether it asks for something. */
export interface PolicyStanding {
  policyId: string;
  line: Line;
  product: string | null;
  status: PolicyStatus;
  statusSince: string | null;
  graceEndsOn: string | null;
  renewalDate: string | null;
  premiumMinor: number | null;
  previousPremiumMinor: number | null;
  currency: string | null;
  doNotRenew: boolean;
  /** The oldest unpaid instalment before today, and the sum of all of them. */
  overdueSince: string | null;
  overdueMinor: number | null;
  /** The next unpaid instalment from today on. */
  nextDueDate: string | null;
  nextDueMinor: number | null;
}

/** How far ahead Home looks, in days; and how far back it still speaks of a lapse. */
const renewalDays = 60;
const paymentDays = 30;
const lapseDays = 60;

/**
 * What a member should look at, most pressing first: cover about to end, then money owed, then what comes.
 *
 * @param today the member's civil date.
 */
export function attentionOf(policies: readonly PolicyStanding[], today: string): Attention[] {
  return policies
    .flatMap((policy) => attentionOfOne(policy, today))
    .sort(
      (a, b) =>
        attentionKinds.indexOf(a.kind) - attentionKinds.indexOf(b.kind) ||
        a.daysLeft - b.daysLeft ||
        (a.policyId < b.policyId ? -1 : 1),
    );
}

function attentionOfOne(policy: PolicyStanding, today: string): Attention[] {
  const { status, overdueSince, overdueMinor, nextDueDate, nextDueMinor, renewalDate } = policy;
  const found: Attention[] = [];
  const add = (
    kind: Attention['kind'],
    date: string,
    amountMinor: number | null,
    previous: number | null = null,
  ) =>
    found.push({
      kind,
      policyId: policy.policyId,
      line: policy.line,
      product: policy.product,
      policyNumberMasked: maskedPolicyNumber(policy.policyId),
      date,
      daysLeft: daysBetween(today, date),
      amountMinor,
      previousAmountMinor: previous,
      currency: policy.currency,
    });
  const isWithin = (date: string | null, days: number): date is string =>
    date !== null && daysBetween(today, date) >= 0 && daysBetween(today, date) <= days;

  if (status === 'lapsed') {
    const since = policy.statusSince;
    if (since !== null && isWithinPast(since, today, lapseDays)) add('lapsed', since, overdueMinor);
    return found;
  }
  if (status !== 'in_force' && status !== 'grace') return found;
  // A grace period names its own end and what is owed: saying that again as overdue would be noise.
  if (status === 'grace' && policy.graceEndsOn !== null) add('grace', policy.graceEndsOn, overdueMinor);
  else if (overdueSince !== null) add('payment_overdue', overdueSince, overdueMinor);
  if (isWithin(nextDueDate, paymentDays)) add('payment_due', nextDueDate, nextDueMinor);
  if (!policy.doNotRenew && isWithin(renewalDate, renewalDays)) {
    add('renewal', renewalDate, policy.premiumMinor, policy.previousPremiumMinor);
  }
  return found;
}

function isWithinPast(date: string, today: string, days: number): boolean {
  const ago = daysBetween(date, today);
  return ago >= 0 && ago <= days;
}
