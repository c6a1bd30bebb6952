import type { Funnel } from '#lib/api/generated/types.gen.ts';
import type { DeliveryState } from '#lib/api/types.ts';
import { deliveryStates } from '#lib/words/deliveries.ts';

/** One state's part of the audience, and how its reasons split it. */
export type FunnelPart = {
  state: DeliveryState;
  count: number;
  /** Largest first; none when the only "reason" is having none. */
  reasons: { reason: string | null; count: number }[];
};

/**
 * The audience as the sum of its parts: every state that holds somebody, sent first, then those still open, then who
 * was left out or missed it. States without anybody are left out, `sent` never, for it is what a reader looks for.
 */
export function funnelParts(funnel: Funnel): FunnelPart[] {
  const order: DeliveryState[] = ['sent', ...deliveryStates.filter((state) => state !== 'sent')];
  return order
    .map((state) => ({ state, count: funnel.states[state] ?? 0, reasons: reasonsOf(funnel, state) }))
    .filter((part) => part.count > 0 || part.state === 'sent');
}

function reasonsOf(funnel: Funnel, state: DeliveryState): FunnelPart['reasons'] {
  const own = funnel.reasons
    .filter((entry) => entry.state === state && entry.count > 0)
    .map(({ reason, count }) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
  return own.length === 1 && own[0]?.reason === null ? [] : own;
}

/** What the parts miss of the audience; anything but 0 means that a row is counted twice or not at all. */
export function unaccounted(funnel: Funnel): number {
  return funnel.audience - funnelParts(funnel).reduce((sum, part) => sum + part.count, 0);
}
