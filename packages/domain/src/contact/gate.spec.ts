import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { contactClasses, type ContactClass } from './classes.js';
import { contactGate, gateReasons, type GateFacts, type GateReason } from './gate.js';

const now = Temporal.Instant.from('2026-11-22T10:00:00Z');

/** A message that nothing speaks against. */
function clear(contactClass: ContactClass): GateFacts {
  return {
    class: contactClass,
    topic: 'renewals',
    expiresAt: now,
    isDeceased: false,
    address: 'ana@example.com',
    addressSuppressed: false,
    policyFound: true,
    inAudience: true,
    renewed: false,
    settled: false,
    dateChanged: false,
    exitRuleMet: false,
    doNotRenew: false,
    aboutRenewal: true,
    superseded: false,
    hasOpenComplaint: false,
    consent: [{ topic: '*', granted: true, at: now, byCustomer: true }],
  };
}

const all: readonly ContactClass[] = contactClasses;
const notLegal: readonly ContactClass[] = ['service', 'marketing'];

/** Each single thing that speaks against a message, in the order in which it is told, and the classes it stops. */
const obstacles: readonly (readonly [GateReason, Partial<GateFacts>, readonly ContactClass[]])[] = [
  ['missed_window', { expiresAt: now.subtract({ milliseconds: 1 }) }, all],
  ['deceased', { isDeceased: true }, all],
  ['no_address', { address: null }, all],
  ['no_address', { address: '' }, all],
  ['bad_address', { address: 'ana at example.com' }, all],
  ['address_suppressed', { addressSuppressed: true }, notLegal],
  ['policy_missing', { policyFound: false }, all],
  ['renewed', { renewed: true }, all],
  ['settled', { settled: true }, all],
  ['date_changed', { dateChanged: true }, all],
  ['exit_rule', { exitRuleMet: true }, all],
  ['do_not_renew', { doNotRenew: true, aboutRenewal: true }, notLegal],
  ['do_not_renew', { doNotRenew: true, aboutRenewal: false }, ['marketing']],
  ['left_audience', { inAudience: false }, all],
  ['superseded', { superseded: true }, all],
  ['open_complaint', { hasOpenComplaint: true }, ['marketing']],
  ['unsubscribed', { consent: [{ topic: 'renewals', granted: false, at: now, byCustomer: true }] }, notLegal],
  ['no_consent', { consent: [] }, ['marketing']],
];

describe('contactGate', () => {
  it.each(contactClasses)('lets a %s message through when nothing speaks against it', (contactClass) => {
    expect(contactGate(clear(contactClass), now)).toEqual({ allow: true });
  });

  it.each(
    obstacles.flatMap(([reason, facts, classes]) =>
      contactClasses.map((contactClass) => ({
        reason,
        facts,
        contactClass,
        stops: classes.includes(contactClass),
      })),
    ),
  )('$reason stops a $contactClass message: $stops ($facts)', ({ reason, facts, contactClass, stops }) => {
    const decision = contactGate({ ...clear(contactClass), ...facts }, now);
    const state = reason === 'missed_window' || reason === 'superseded' ? 'expired' : 'suppressed';
    expect(decision).toEqual(stops ? { allow: false, state, reason } : { allow: true });
  });

  it('has an obstacle here for every reason but that of missing facts', () => {
    const told = new Set<string>([...obstacles.map(([reason]) => reason), 'facts_missing']);
    expect(told).toEqual(new Set(Object.keys(gateReasons)));
  });

  it('of several obstacles tells the first', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...contactClasses),
        fc.subarray([...obstacles.keys()]),
        (contactClass, chosen) => {
          const effective = chosen.filter((index) => obstacles[index]?.[2].includes(contactClass));
          // Two obstacles of the same fact cannot stand together; the later of them is what stands.
          const facts = chosen.reduce(
            (sum, index) => ({ ...sum, ...obstacles[index]?.[1] }),
            clear(contactClass),
          );
          const standing = effective.filter((index) =>
            Object.entries(obstacles[index]?.[1] ?? {}).every(
              ([fact, value]) => facts[fact as keyof GateFacts] === value,
            ),
          );
          const decision = contactGate(facts, now);
          expect(decision.allow ? null : decision.reason).toBe(obstacles[standing[0] ?? -1]?.[0] ?? null);
        },
      ),
      { numRuns: 3000 },
    );
  });

  describe('with a fact missing', () => {
    const optionalFor: Partial<Record<keyof GateFacts, readonly ContactClass[]>> = {
      addressSuppressed: ['legal'],
      doNotRenew: ['legal'],
      aboutRenewal: ['legal'],
      hasOpenComplaint: ['legal', 'service'],
      consent: ['legal'],
      topic: ['legal'],
    };
    const facts = Object.keys(clear('legal')) as (keyof GateFacts)[];

    it.each(facts.flatMap((fact) => contactClasses.map((contactClass) => [fact, contactClass] as const)))(
      'is shut without %s for %s, unless the class does not ask for it',
      (fact, contactClass) => {
        const asked = !(optionalFor[fact] ?? []).includes(contactClass);
        const expected = asked
          ? { allow: false, state: 'suppressed', reason: 'facts_missing' }
          : { allow: true };
        expect(contactGate({ ...clear(contactClass), [fact]: undefined } as GateFacts, now)).toEqual(
          expected,
        );
        if (fact === 'address') return;
        expect(contactGate({ ...clear(contactClass), [fact]: null } as unknown as GateFacts, now)).toEqual(
          expected,
        );
      },
    );

    it('never opens where it was shut', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...contactClasses),
          fc.subarray([...obstacles.keys()]),
          fc.constantFrom(...facts),
          (contactClass, chosen, fact) => {
            const known = chosen.reduce(
              (sum, index) => ({ ...sum, ...obstacles[index]?.[1] }),
              clear(contactClass),
            );
            if (contactGate(known, now).allow) return;
            if ((optionalFor[fact] ?? []).includes(contactClass)) return;
            expect(contactGate({ ...known, [fact]: undefined } as GateFacts, now).allow).toBe(false);
          },
        ),
        { numRuns: 2000 },
      );
    });
  });
});
