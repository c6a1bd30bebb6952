import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { contactClasses, type ContactClass } from './classes.js';
import { deferringReasons, gateReasons, type GateReason } from './gate-reasons.js';
import type { ContactTiming } from './contact-time.js';
import { contactGate, type ContactPlace, type GateFacts } from './gate.js';

const now = Temporal.Instant.from('2026-11-22T10:00:00Z');
const today = '2026-11-22';

const timing: ContactTiming = {
  zone: 'UTC',
  hours: { opens: '08:00', closes: '21:00' },
  closedDays: new Set(),
  dueAt: now.subtract({ hours: 1 }),
  expiresAt: now.add({ hours: 48 }),
};
const place: ContactPlace = {
  ...{ cap: { contacts: 2, days: 7 }, day: today, address: 'ana@example.com' },
  ...{ personDays: ['2026-11-20'], addressDays: ['2026-11-20'] },
};

/** A message that nothing speaks against. */
function clear(contactClass: ContactClass): GateFacts {
  return {
    class: contactClass,
    topic: 'renewals',
    channel: 'email',
    sendingStopped: false,
    expiresAt: now,
    isDeceased: false,
    address: 'Ana@example.com',
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
    isVulnerable: false,
    inLitigation: false,
    inTouchWithStaff: false,
    timing,
    place,
    consent: [{ topic: '*', granted: true, at: now, byCustomer: true }],
  };
}

const all: readonly ContactClass[] = contactClasses;
const notLegal: readonly ContactClass[] = ['service', 'marketing'];

/** Each single thing that speaks against a message, in the order in which it is told, and the classes it stops. */
const obstacles: readonly (readonly [GateReason, Partial<GateFacts>, readonly ContactClass[]])[] = [
  ['missed_window', { expiresAt: now.subtract({ milliseconds: 1 }) }, all],
  ['sending_stopped', { sendingStopped: true }, all],
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
  ['litigation', { inLitigation: true }, notLegal],
  ['left_audience', { inAudience: false }, all],
  ['superseded', { superseded: true }, all],
  ['open_complaint', { hasOpenComplaint: true }, ['marketing']],
  ['vulnerable', { isVulnerable: true }, ['marketing']],
  ['in_touch_with_staff', { inTouchWithStaff: true }, ['marketing']],
  ['unsubscribed', { consent: [{ topic: 'renewals', granted: false, at: now, byCustomer: true }] }, notLegal],
  ['no_consent', { consent: [] }, ['marketing']],
  ['no_contact_day', { timing: { ...timing, closedDays: new Set([today]) } }, ['marketing']],
  ['quiet_hours', { timing: { ...timing, hours: { opens: '10:01', closes: '21:00' } } }, notLegal],
  ['place_void', { place: { ...place, day: '2026-11-21' } }, ['marketing']],
  ['place_void', { place: { ...place, address: 'family@example.com' } }, ['marketing']],
  ['frequency_cap', { place: { ...place, personDays: ['2026-11-16', '2026-11-21'] } }, ['marketing']],
  ['frequency_cap', { place: { ...place, addressDays: ['2026-11-17', today] } }, ['marketing']],
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
    const ending = reason === 'missed_window' || reason === 'superseded' ? 'expired' : 'suppressed';
    const state = (deferringReasons as readonly GateReason[]).includes(reason) ? 'deferred' : ending;
    if (stops) expect(decision).toMatchObject({ allow: false, state, reason });
    else expect(decision).toEqual({ allow: true });
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
      isVulnerable: ['legal', 'service'],
      inLitigation: ['legal'],
      inTouchWithStaff: ['legal', 'service'],
      timing: ['legal'],
      place: ['legal', 'service'],
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
