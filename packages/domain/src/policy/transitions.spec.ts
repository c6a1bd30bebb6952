import { describe, expect, it } from 'vitest';
import { policyStatuses } from './policy.js';
import { policyTransition, policyTransitions } from './transitions.js';

describe('policyTransition', () => {
  it.each([
    ['in_force', 'grace', 'entered_grace'],
    ['grace', 'in_force', 'left_grace'],
    ['grace', 'lapsed', 'lapsed'],
    ['lapsed', 'in_force', 'reinstated'],
    ['cancelled', 'in_force', 'reinstated'],
    ['lapsed', 'surrendered', 'surrendered'],
    ['in_force', 'matured', 'matured'],
    ['expired', 'claim_death', 'death_claimed'],
  ] as const)('%s → %s is %s', (from, to, name) => {
    expect(policyTransition(from, to)).toBe(name);
  });

  it('is nothing when the status stays', () => {
    for (const status of policyStatuses) expect(policyTransition(status, status)).toBeNull();
  });

  it('leads nowhere from matured and claim_death', () => {
    for (const to of policyStatuses) {
      expect(policyTransition('matured', to)).toBeNull();
      expect(policyTransition('claim_death', to)).toBeNull();
    }
  });

  it('does not revive a policy into grace, nor mature one that has ended', () => {
    expect(policyTransition('lapsed', 'grace')).toBeNull();
    expect(policyTransition('lapsed', 'matured')).toBeNull();
    expect(policyTransition('surrendered', 'cancelled')).toBeNull();
  });
});

describe('policyTransitions', () => {
  it('has each pair once, so that a join to it multiplies no row', () => {
    const pairs = policyTransitions.map(({ from, to }) => `${from} ${to}`);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('reaches every status but only from another', () => {
    expect(new Set(policyTransitions.map(({ to }) => to))).toEqual(new Set(policyStatuses));
  });
});
