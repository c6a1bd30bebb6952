import { describe, expect, it, vi } from 'vitest';
import type { Funnel } from '#lib/api/generated/types.gen.ts';
import type { DeliveryState, StateCounts } from '#lib/api/types.ts';

// The list of states stands beside their words, and those come from the generated catalogue.
vi.mock('#lib/words/deliveries.ts', () => ({
  deliveryStates: [
    'planned',
    'sending',
    'sent',
    'bounced',
    'failed',
    'suppressed',
    'held_out',
    'expired',
    'cancelled',
    'in_doubt',
  ] satisfies DeliveryState[],
}));
const { funnelParts, unaccounted } = await import('./funnel.ts');

const none: StateCounts = {
  planned: 0,
  sending: 0,
  sent: 0,
  bounced: 0,
  failed: 0,
  suppressed: 0,
  held_out: 0,
  expired: 0,
  cancelled: 0,
  in_doubt: 0,
};
const funnel = (part: Partial<Funnel>): Funnel => ({
  audience: 0,
  states: none,
  reasons: [],
  balanced: true,
  steps: [],
  ...part,
});

describe('funnelParts', () => {
  it('puts sent first, keeps the order of a delivery’s life, and leaves empty states out', () => {
    const parts = funnelParts(
      funnel({ audience: 30, states: { ...none, suppressed: 5, sent: 20, planned: 4, failed: 1 } }),
    );
    expect(parts.map(({ state, count }) => [state, count])).toEqual([
      ['sent', 20],
      ['planned', 4],
      ['failed', 1],
      ['suppressed', 5],
    ]);
  });

  it('shows that nothing was sent yet', () => {
    expect(funnelParts(funnel({}))).toEqual([{ state: 'sent', count: 0, reasons: [] }]);
  });

  it('splits a state by its reasons, largest first, those without one among them', () => {
    const [, bounced] = funnelParts(
      funnel({
        audience: 12,
        states: { ...none, sent: 9, bounced: 3 },
        reasons: [
          { state: 'sent', reason: null, count: 9 },
          { state: 'bounced', reason: null, count: 1 },
          { state: 'bounced', reason: 'hard_bounce', count: 2 },
        ],
      }),
    );
    expect(bounced?.reasons).toEqual([
      { reason: 'hard_bounce', count: 2 },
      { reason: null, count: 1 },
    ]);
  });

  it('has nothing to split when there is but one part without a reason', () => {
    const parts = funnelParts(
      funnel({
        audience: 9,
        states: { ...none, sent: 9 },
        reasons: [{ state: 'sent', reason: null, count: 9 }],
      }),
    );
    expect(parts[0]?.reasons).toEqual([]);
  });
});

describe('unaccounted', () => {
  it('is nothing when audience = sum of parts, and says how many are missing otherwise', () => {
    expect(unaccounted(funnel({ audience: 24, states: { ...none, sent: 20, held_out: 4 } }))).toBe(0);
    expect(unaccounted(funnel({ audience: 25, states: { ...none, sent: 20, held_out: 4 } }))).toBe(1);
    expect(unaccounted(funnel({ audience: 23, states: { ...none, sent: 20, held_out: 4 } }))).toBe(-1);
  });
});
