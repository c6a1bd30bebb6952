import type { PolicyStatus } from './policy.js';

export type PolicyTransitionName =
  | 'entered_grace'
  | 'left_grace'
  | 'lapsed'
  | 'reinstated'
  | 'surrendered'
  | 'cancelled'
  | 'expired'
  | 'matured'
  | 'death_claimed';

export interface PolicyTransition {
  readonly from: PolicyStatus;
  readonly to: PolicyStatus;
  readonly name: PolicyTransitionName;
}

/**
 * The life of a policy, as data: a line for each kind of change, from any of these statuses to that one.
 *
 * Ended cover may be reinstated, and only into full force: a policy that is revived owes nothing. Matured and
 * death claimed are final: what they paid out cannot be undone by the next file of the core system. A death may
 * be reported long after cover ended (it happened while cover ran), so it may follow every status but maturity.
 */
const rules: readonly { name: PolicyTransitionName; from: readonly PolicyStatus[]; to: PolicyStatus }[] = [
  { name: 'entered_grace', from: ['in_force'], to: 'grace' },
  { name: 'left_grace', from: ['grace'], to: 'in_force' },
  { name: 'lapsed', from: ['in_force', 'grace'], to: 'lapsed' },
  { name: 'reinstated', from: ['lapsed', 'surrendered', 'cancelled', 'expired'], to: 'in_force' },
  { name: 'surrendered', from: ['in_force', 'grace', 'lapsed'], to: 'surrendered' },
  { name: 'cancelled', from: ['in_force', 'grace', 'lapsed'], to: 'cancelled' },
  { name: 'expired', from: ['in_force', 'grace', 'lapsed'], to: 'expired' },
  { name: 'matured', from: ['in_force', 'grace'], to: 'matured' },
  {
    name: 'death_claimed',
    from: ['in_force', 'grace', 'lapsed', 'surrendered', 'cancelled', 'expired'],
    to: 'claim_death',
  },
];

/** Every possible change of status, one row a pair, ready to be joined to in SQL. */
export const policyTransitions: readonly PolicyTransition[] = rules.flatMap(({ name, from, to }) =>
  from.map((status) => ({ from: status, to, name })),
);

/** The name of the change from one status to another; null when it is none, or cannot happen. */
export function policyTransition(from: PolicyStatus, to: PolicyStatus): PolicyTransitionName | null {
  return (
    policyTransitions.find((transition) => transition.from === from && transition.to === to)?.name ?? null
  );
}
