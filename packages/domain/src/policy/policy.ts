/** Lines of insurance that the book may hold. */
export const lines = ['motor', 'home', 'life', 'health', 'travel', 'commercial'] as const;
export type Line = (typeof lines)[number];

/** Where a policy stands in its life; {@link policyTransitions} says how it moves. */
export const policyStatuses = [
  'in_force',
  'grace',
  'lapsed',
  'surrendered',
  'cancelled',
  'expired',
  'matured',
  'claim_death',
] as const;
export type PolicyStatus = (typeof policyStatuses)[number];

/** How often a premium falls due. */
export const paymentModes = ['annual', 'semiannual', 'quarterly', 'monthly'] as const;
export type PaymentMode = (typeof paymentModes)[number];
