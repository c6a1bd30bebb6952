import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcile } from './reconcile.js';
import {
  deliveryStates,
  deliveryTransitions,
  firstStates,
  isTerminal,
  mayFollow,
  openStates,
  terminalStates,
} from './states.js';

describe('the states of a delivery', () => {
  it('are open or terminal, and not both', () => {
    expect(deliveryStates).toEqual([...openStates, ...terminalStates]);
    expect(new Set(deliveryStates).size).toBe(deliveryStates.length);
    for (const state of deliveryStates)
      expect(isTerminal(state)).toBe(!(openStates as readonly string[]).includes(state));
  });

  it('can all be reached from a first one, and an end from every open one', () => {
    const reached = new Set<string>(firstStates);
    for (const state of reached)
      for (const next of deliveryTransitions[state as 'planned']) reached.add(next);
    expect(reached).toEqual(new Set(deliveryStates));
    for (const state of openStates) expect(deliveryTransitions[state].some(isTerminal)).toBe(true);
  });

  it('never open again once they have ended', () => {
    for (const from of terminalStates)
      for (const to of openStates) expect(mayFollow(from, to), `${from} → ${to}`).toBe(false);
  });

  it('count nothing as sent that was not being sent, or in doubt and planned once more', () => {
    const before = ['planned', 'sending', 'in_doubt'];
    expect(deliveryStates.filter((state) => mayFollow(state, 'sent'))).toEqual(before);
  });
});

describe('reconcile', () => {
  it('balances when every planned row is in one state and every suppressed one has a reason', () => {
    expect(
      reconcile({
        planned: 10,
        states: { planned: 1, sending: 2, sent: 4, suppressed: 3 },
        suppressed: { no_consent: 2, deceased: 1 },
      }),
    ).toEqual({
      planned: 10,
      states: {
        planned: 1,
        sending: 2,
        sent: 4,
        bounced: 0,
        failed: 0,
        suppressed: 3,
        held_out: 0,
        expired: 0,
        cancelled: 0,
        in_doubt: 0,
      },
      suppressed: { no_consent: 2, deceased: 1 },
      open: 3,
      balanced: true,
    });
  });

  it.each([
    ['a row is missing', { planned: 3, states: { sent: 2 }, suppressed: {} }],
    ['a row is too many', { planned: 1, states: { sent: 2 }, suppressed: {} }],
    ['a state is unknown', { planned: 2, states: { sent: 2, lost: 1 }, suppressed: {} }],
    ['an unknown state fills the sum', { planned: 3, states: { sent: 2, lost: 1 }, suppressed: {} }],
    ['a reason is missing', { planned: 2, states: { suppressed: 2 }, suppressed: { deceased: 1 } }],
    ['a reason is empty', { planned: 1, states: { suppressed: 1 }, suppressed: { '': 1 } }],
    ['a reason has no row', { planned: 1, states: { sent: 1 }, suppressed: { deceased: 1 } }],
  ])('does not when %s', (_what, counts) => {
    expect(reconcile(counts).balanced).toBe(false);
  });

  it('balances an empty ledger', () => {
    expect(reconcile({ planned: 0, states: {}, suppressed: {} })).toMatchObject({ open: 0, balanced: true });
  });

  it('stays balanced through any run of allowed steps', () => {
    const row = fc
      .tuple(fc.constantFrom(...firstStates), fc.array(fc.nat(), { maxLength: 6 }))
      .map(([first, choices]) =>
        choices.reduce(
          (state, choice) => {
            const next = deliveryTransitions[state];
            return next[choice % Math.max(next.length, 1)] ?? state;
          },
          first as (typeof deliveryStates)[number],
        ),
      );
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const states: Record<string, number> = {};
        for (const state of rows) states[state] = (states[state] ?? 0) + 1;
        const suppressed = states['suppressed'] === undefined ? {} : { any: states['suppressed'] };
        const { balanced, open } = reconcile({ planned: rows.length, states, suppressed });
        expect(balanced).toBe(true);
        expect(open).toBe(rows.filter((state) => !isTerminal(state)).length);
      }),
    );
  });
});
