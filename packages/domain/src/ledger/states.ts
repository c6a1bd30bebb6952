/** States of a ledger row that has still to end. */
export const openStates = ['planned', 'sending'] as const;

/** States in which a ledger row ends. Each planned row ends in exactly one. */
export const terminalStates = [
  'sent',
  'bounced',
  'failed',
  'suppressed',
  'held_out',
  'expired',
  'cancelled',
  'in_doubt',
] as const;

export const deliveryStates = [...openStates, ...terminalStates] as const;
export type DeliveryState = (typeof deliveryStates)[number];
export type TerminalState = (typeof terminalStates)[number];

/** States in which the planner may bring a row into the ledger. */
export const firstStates = ['planned', 'held_out', 'expired'] as const satisfies readonly DeliveryState[];

/**
 * Which state may follow which. A row ends once; only evidence that comes later corrects it: what was taken by a
 * mail server may bounce, and a doubt is settled by a bounce, a click or staff. A row goes back to planned when
 * the mail server asked to try again, or when its message surely never left; and once when a legal or service
 * message is in doubt. From there late evidence of the first hand-over may end it, or the doubt that remains.
 */
export const deliveryTransitions: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  planned: ['sending', 'failed', 'suppressed', 'expired', 'cancelled', 'sent', 'bounced', 'in_doubt'],
  sending: ['planned', 'sent', 'bounced', 'failed', 'in_doubt'],
  sent: ['bounced'],
  in_doubt: ['sent', 'bounced', 'failed'],
  bounced: [],
  failed: [],
  suppressed: [],
  held_out: [],
  expired: [],
  cancelled: [],
};

/** Whether a ledger row may go from one state to another. */
export function mayFollow(from: DeliveryState, to: DeliveryState): boolean {
  return deliveryTransitions[from].includes(to);
}

/** Whether a row in this state has come to an end. */
export function isTerminal(state: DeliveryState): state is TerminalState {
  return (terminalStates as readonly string[]).includes(state);
}
