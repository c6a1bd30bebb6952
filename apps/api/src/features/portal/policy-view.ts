import type { MemberPolicy, HeldPolicy } from './portal.types.js';

/** A policy as the repository reads it. */
export interface PolicyRow
  extends
    Omit<HeldPolicy, 'policy'>,
    Omit<MemberPolicy, 'policyNumberMasked' | 'premiumChangePercent' | 'insuredObject' | 'nextPayment'> {
  insuredObject: unknown;
  nextDueDate: string | null;
  nextAmountMinor: number | null;
  nextCurrency: string | null;
}

/** A policy number for a screen that anyone may look over a shoulder at: its last four characters at most. */
export function maskedPolicyNumber(policyId: string): string {
  const shown = Math.min(4, Math.floor(policyId.length / 2));
  return shown === 0 ? '••••' : `•••• ${policyId.slice(-shown)}`;
}

/** @param today the holder's civil date. */
export function heldPolicyOf(row: PolicyRow, today: string): HeldPolicy {
  const { nextDueDate, nextAmountMinor, nextCurrency, insuredObject, ...rest } = row;
  const { termNo, timeZone, overdueInstalments, ...policy } = rest;
  const nextPayment = nextDueDate !== null && {
    dueDate: nextDueDate,
    amountMinor: nextAmountMinor,
    currency: nextCurrency ?? policy.currency,
    overdue: nextDueDate < today,
  };
  return {
    ...{ termNo, timeZone, overdueInstalments },
    policy: {
      ...policy,
      policyNumberMasked: maskedPolicyNumber(policy.policyId),
      premiumChangePercent: changePercent(policy.previousPremiumMinor, policy.premiumMinor),
      insuredObject: scalarsOf(insuredObject),
      nextPayment: nextPayment || null,
    },
  };
}

/** To one decimal, as it is shown. */
function changePercent(before: number | null, now: number | null): number | null {
  if (before === null || now === null || before === 0) return null;
  return Math.round(((now - before) / before) * 1000) / 10;
}

/** The core system may nest anything in an insured object; a page shows its plain facts. */
function scalarsOf(value: unknown): MemberPolicy['insuredObject'] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const plain = Object.entries(value).filter(([, part]) => part === null || typeof part !== 'object');
  return Object.fromEntries(plain) as MemberPolicy['insuredObject'];
}
