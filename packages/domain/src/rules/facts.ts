import type { Line, PaymentMode, PolicyStatus } from '../policy/policy.js';
import { ageOn } from '../time/yearly.js';
import type { FieldName } from './fields.js';

/** What is known of a customer when a rule is asked. null: not known. */
export interface CustomerFacts {
  readonly id: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly birthDate: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly agentId: string | null;
  /** A consent to everything marketing ('*') stands. False also when nobody ever asked. */
  readonly marketingConsent: boolean;
  readonly hasOpenComplaint: boolean;
  /** One of the customer's policies has the status claim_death. */
  readonly isDeceased: boolean;
  /** Policies in force or in grace. */
  readonly policyCount: number;
  /** Lines of the policies in force or in grace, each once. */
  readonly lines: readonly Line[];
}

/** What is known of a policy when a rule is asked. null: not known. */
export interface PolicyFacts {
  readonly id: string;
  readonly line: Line;
  readonly product: string | null;
  readonly status: PolicyStatus;
  readonly startDate: string;
  readonly renewalDate: string | null;
  readonly endDate: string | null;
  readonly premiumMinor: number | null;
  readonly previousPremiumMinor: number | null;
  readonly currency: string | null;
  readonly paymentMode: PaymentMode | null;
  readonly sumInsuredMinor: number | null;
  readonly doNotRenew: boolean;
  readonly timeZone: string | null;
  readonly termNumber: number;
  readonly statusSince: string | null;
  readonly graceEndsOn: string | null;
  /** A later term than the one asked about exists. Always false of the term that runs. */
  readonly renewed: boolean;
  /** The earliest due date of an instalment that is not paid; it is overdue from the day after. */
  readonly firstUnpaidDueOn: string | null;
}

/** Whom a rule is asked about. A customer without policies is asked about with none. */
export interface Subject {
  readonly customer: CustomerFacts;
  readonly policy: PolicyFacts | null;
}

export type FactValue = string | number | boolean | readonly string[];

/**
 * The value of a field of the catalogue for a subject on a local date; null when it is missing. Three fields are
 * worked out: the age on that day; whether an instalment is overdue, its due date lying before that day; and the
 * change of the premium in percent, (now − before) · 100 ÷ before, in floating point so that SQL's float8 gives
 * the same digits (missing when there was no premium before, or none now).
 */
export function readField({ customer, policy }: Subject, field: FieldName, today: string): FactValue | null {
  if (field === 'customer.age') return customer.birthDate === null ? null : ageOn(customer.birthDate, today);
  const [owner, name] = field.split('.') as ['customer' | 'policy', string];
  if (owner === 'customer') return valueOf(customer, name);
  if (policy === null) return null;
  if (field === 'policy.premiumChangePercent') return premiumChangePercent(policy);
  if (field === 'policy.hasOverdueInstalment')
    return policy.firstUnpaidDueOn !== null && policy.firstUnpaidDueOn < today;
  return valueOf(policy, name);
}

/** The catalogue's names are those of the facts, but for the three that are worked out above. */
function valueOf(facts: CustomerFacts | PolicyFacts, name: string): FactValue | null {
  return (facts as unknown as Readonly<Record<string, FactValue | null>>)[name] ?? null;
}

function premiumChangePercent({ premiumMinor, previousPremiumMinor }: PolicyFacts): number | null {
  if (premiumMinor === null || previousPremiumMinor === null || previousPremiumMinor === 0) return null;
  return ((premiumMinor - previousPremiumMinor) * 100) / previousPremiumMinor;
}
