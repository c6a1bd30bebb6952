import { deliveryStates, openStates, type DeliveryState } from './states.js';

export interface LedgerCounts {
  /** Rows that were ever planned, counted by themselves and not as the sum of the states. */
  readonly planned: number;
  /** Rows by their present state; a state without rows may be left out. */
  readonly states: Readonly<Partial<Record<string, number>>>;
  /** Suppressed rows by reason. */
  readonly suppressed: Readonly<Partial<Record<string, number>>>;
}

export interface Reconciliation {
  readonly planned: number;
  readonly states: Readonly<Record<DeliveryState, number>>;
  readonly suppressed: Readonly<Record<string, number>>;
  /** Rows that have still to end. */
  readonly open: number;
  /** Every planned row is in exactly one known state, and every suppressed one has a reason. */
  readonly balanced: boolean;
}

/**
 * Draws up the account of a ledger. It balances at any moment, open rows or not: planned = the sum of all states,
 * none of them unknown, and suppressed = the sum of its reasons.
 */
export function reconcile({ planned, states, suppressed }: LedgerCounts): Reconciliation {
  const known = Object.fromEntries(deliveryStates.map((state) => [state, states[state] ?? 0])) as Record<
    DeliveryState,
    number
  >;
  const reasons: Record<string, number> = {};
  for (const [reason, count] of Object.entries(suppressed)) reasons[reason] = count ?? 0;
  const unknown = Object.keys(states).some((state) => !(state in known) && (states[state] ?? 0) !== 0);
  return {
    planned,
    states: known,
    suppressed: reasons,
    open: openStates.reduce((total, state) => total + known[state], 0),
    balanced: !unknown && sum(known) === planned && sum(reasons) === known.suppressed && !('' in reasons),
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
