import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween } from '../time/civil-date.js';
import {
  isDayFree,
  nextFreeDay,
  placeContacts,
  type ContactCap,
  type PlaceCandidate,
  type Placement,
  type TakenPlace,
} from './places.js';

const firstDay = '2026-11-01';
const noon = Temporal.Instant.from('2026-11-22T12:00:00Z');

const dayArbitrary = fc.integer({ min: 0, max: 12 }).map((days) => addDays(firstDay, days));
const who = {
  customerId: fc.constantFrom('ana', 'ben', 'eva', 'leo'),
  // A family of three, and one who gets no mail.
  address: fc.constantFrom('family@example.com', 'ben@example.com', null),
};
const capArbitrary = fc.record({
  contacts: fc.integer({ min: 1, max: 4 }),
  days: fc.integer({ min: 1, max: 8 }),
});
const letterArbitrary = fc.constantFrom('', 'digest', 'newsletter');

const candidatesArbitrary = fc
  .array(
    fc.record({
      ...who,
      contactOn: dayArbitrary,
      lasting: fc.integer({ min: 0, max: 9 }),
      closedDays: fc.array(dayArbitrary, { maxLength: 3 }),
      priority: fc.integer({ min: 0, max: 3 }),
      minutes: fc.integer({ min: 0, max: 3 }),
      letter: letterArbitrary,
    }),
    { maxLength: 14 },
  )
  .map((rows) =>
    rows.map(({ lasting, closedDays, minutes, letter, ...row }, index): PlaceCandidate => ({
      ...row,
      deliveryId: `d${index}`,
      // Some go together with others of their day, most alone.
      letter: letter === '' ? `d${index}` : `${letter} ${row.contactOn}`,
      lastDay: addDays(row.contactOn, lasting),
      closedDays: new Set(closedDays),
      dueAt: noon.add({ minutes }),
    })),
  );

/** Contacts as they can have come about: under the cap as well, for nobody has lowered it. */
const historyArbitrary = (cap: ContactCap) =>
  candidatesArbitrary.chain((candidates) =>
    fc.infiniteStream(fc.boolean()).map((coins): TakenPlace[] => {
      const placed = placeContacts(
        candidates.map((each) => ({ ...each, letter: `old ${each.letter}` })),
        [],
        cap,
      );
      return candidates
        .filter(({ deliveryId }) => placed.get(deliveryId)!.outcome === 'release')
        .map(({ customerId, address, contactOn, letter }) => {
          const settled = coins.next().value as boolean;
          return { customerId, address, day: contactOn, letter: `old ${letter}`, settled };
        });
    }),
  );

const bookArbitrary = capArbitrary.chain((cap) =>
  fc.tuple(candidatesArbitrary, historyArbitrary(cap)).map(([candidates, history]) => ({
    ...{ cap, candidates, history },
  })),
);

function released(candidates: readonly PlaceCandidate[], answers: Map<string, Placement>): TakenPlace[] {
  return candidates
    .filter(({ deliveryId }) => answers.get(deliveryId)!.outcome === 'release')
    .map(({ customerId, address, contactOn, letter }) => ({
      ...{ customerId, address, day: contactOn, letter, settled: false },
    }));
}

/** The most letters that anybody gets in any window. */
function fullest(places: readonly TakenPlace[], days: number): number {
  const keys = places.flatMap(({ customerId, address }) => [customerId, ...(address ? [address] : [])]);
  return Math.max(
    0,
    ...[...new Set(keys)].flatMap((key) =>
      places.map(({ day: end }) => {
        const inWindow = places.filter(
          ({ customerId, address, day }) =>
            (customerId === key || address === key) &&
            daysBetween(day, end) >= 0 &&
            daysBetween(day, end) < days,
        );
        return new Set(inWindow.map(({ letter, day }) => `${letter} ${day}`)).size;
      }),
    ),
  );
}

const runs = { numRuns: 1000 };

describe('placeContacts', () => {
  it('never exceeds the cap in any window, for any person or address', () => {
    fc.assert(
      fc.property(bookArbitrary, ({ cap, candidates, history }) => {
        const answers = placeContacts(candidates, history, cap);
        expect(fullest([...history, ...released(candidates, answers)], cap.days)).toBeLessThanOrEqual(
          cap.contacts,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('puts off only to a day of the window that is open, later, and free', () => {
    fc.assert(
      fc.property(bookArbitrary, ({ cap, candidates, history }) => {
        const answers = placeContacts(candidates, history, cap);
        for (const { deliveryId, contactOn, lastDay, closedDays } of candidates) {
          const answer = answers.get(deliveryId)!;
          if (answer.outcome !== 'put_off') continue;
          expect(answer.day > contactOn && answer.day <= lastDay).toBe(true);
          expect(closedDays.has(answer.day)).toBe(false);
        }
      }),
      runs,
    );
  });

  it('gives nobody’s place to one of lower priority who asks for the same day', () => {
    fc.assert(
      fc.property(bookArbitrary, fc.nat(), ({ cap, candidates, history }, pick) => {
        fc.pre(candidates.length > 0);
        const one = candidates[pick % candidates.length]!;
        const notBehind = candidates.filter(
          ({ contactOn, priority }) => contactOn !== one.contactOn || priority >= one.priority,
        );
        // Those behind in the queue are not there at all: it changes nothing for those before them.
        const withoutLower = placeContacts(notBehind, history, cap).get(one.deliveryId);
        const earlier = notBehind.filter(({ contactOn }) => contactOn <= one.contactOn);
        expect(placeContacts(candidates, history, cap).get(one.deliveryId)).toEqual(withoutLower);
        expect(placeContacts(earlier, history, cap).get(one.deliveryId)).toEqual(withoutLower);
      }),
      runs,
    );
  });

  it('answers everybody, the same whatever the order of the lists', () => {
    fc.assert(
      fc.property(bookArbitrary, ({ cap, candidates, history }) => {
        const answers = placeContacts(candidates, history, cap);
        const again = placeContacts(candidates.toReversed(), history.toReversed(), cap);
        expect(answers.size).toBe(candidates.length);
        expect(Object.fromEntries(again)).toEqual(Object.fromEntries(answers));
      }),
      runs,
    );
  });

  it('lets everybody go where there is no cap', () => {
    fc.assert(
      fc.property(bookArbitrary, ({ candidates, history }) => {
        const answers = placeContacts(candidates, history, { contacts: 0, days: 7 });
        expect([...answers.values()].every(({ outcome }) => outcome === 'release')).toBe(true);
      }),
    );
  });

  it('sends away only whom no day of the window would take, and lets wait only for what may come free', () => {
    fc.assert(
      fc.property(bookArbitrary, ({ cap, candidates, history }) => {
        const answers = placeContacts(candidates, history, cap);
        const all = [...history, ...released(candidates, answers)];
        for (const { deliveryId, customerId, address, contactOn, lastDay, closedDays } of candidates) {
          const { outcome } = answers.get(deliveryId)!;
          const settled = history.filter((taken) => taken.settled);
          const lettersTo = (places: TakenPlace[], isTo: (taken: TakenPlace) => boolean) => [
            ...new Map(places.filter(isTo).map(({ letter, day }) => [letter, day])).values(),
          ];
          const daysOf = (places: TakenPlace[]) => [
            lettersTo(places, (taken) => taken.customerId === customerId),
            lettersTo(places, (taken) => taken.address !== null && taken.address === address),
          ];
          if (outcome === 'wait') {
            expect(daysOf(settled).every((days) => isDayFree(days, contactOn, cap))).toBe(true);
            expect(daysOf(all).every((days) => isDayFree(days, contactOn, cap))).toBe(false);
          }
          if (outcome === 'suppress') {
            expect(nextFreeDay(daysOf(settled), addDays(contactOn, -1), { lastDay, closedDays }, cap)).toBe(
              null,
            );
          }
        }
      }),
      runs,
    );
  });
});

describe('one message a week', () => {
  const cap = { contacts: 1, days: 7 };
  const asking = (change: Partial<PlaceCandidate> & { deliveryId: string }): PlaceCandidate => ({
    ...{ customerId: 'ana', address: 'family@example.com', letter: change.deliveryId },
    ...{ contactOn: '2026-11-22', lastDay: '2026-12-31', closedDays: new Set<string>() },
    ...{ priority: 10, dueAt: noon },
    ...change,
  });
  const sent = (change: Partial<TakenPlace> = {}): TakenPlace => ({
    ...{ customerId: 'ana', address: 'family@example.com', day: '2026-11-18', letter: 'last', settled: true },
    ...change,
  });
  const answersTo = (candidates: PlaceCandidate[], history: TakenPlace[] = []) =>
    Object.fromEntries(placeContacts(candidates, history, cap));

  it('goes to the higher priority, then to who was due first, then by id; the others wait for that to be settled', () => {
    const [release, wait] = [{ outcome: 'release' }, { outcome: 'wait' }];
    expect(answersTo([asking({ deliveryId: 'a' }), asking({ deliveryId: 'b', priority: 11 })])).toEqual({
      a: wait,
      b: release,
    });
    expect(
      answersTo([
        asking({ deliveryId: 'a' }),
        asking({ deliveryId: 'b', dueAt: noon.subtract({ seconds: 1 }) }),
      ]),
    ).toEqual({ a: wait, b: release });
    expect(answersTo([asking({ deliveryId: 'b' }), asking({ deliveryId: 'a' })])).toEqual({
      a: release,
      b: wait,
    });
  });

  it('puts the next one off to a week after the last, past holidays, or sends it away where its window ends before', () => {
    const history = [sent()];
    expect(answersTo([asking({ deliveryId: 'a' })], history).a).toEqual({
      outcome: 'put_off',
      day: '2026-11-25',
    });
    const closedDays = new Set(['2026-11-25']);
    expect(answersTo([asking({ deliveryId: 'a', closedDays })], history).a).toMatchObject({
      day: '2026-11-26',
    });
    expect(answersTo([asking({ deliveryId: 'a', lastDay: '2026-11-24' })], history).a).toEqual({
      outcome: 'suppress',
    });
  });

  it('counts a family that shares an address together, and one who moved away alone', () => {
    const history = [sent({ customerId: 'ben' })];
    expect(answersTo([asking({ deliveryId: 'a' })], history).a).toMatchObject({ outcome: 'put_off' });
    expect(answersTo([asking({ deliveryId: 'a', address: 'ana@example.com' })], history).a).toEqual({
      outcome: 'release',
    });
  });

  it('takes what goes as one letter for one contact', () => {
    const digest = { letter: 'digest' };
    expect(
      answersTo([
        asking({ deliveryId: 'a', ...digest }),
        asking({ deliveryId: 'b', ...digest }),
        asking({ deliveryId: 'c', ...digest, customerId: 'ben' }),
        asking({ deliveryId: 'd', customerId: 'ben' }),
      ]),
    ).toEqual({
      ...{ a: { outcome: 'release' }, b: { outcome: 'release' }, c: { outcome: 'release' } },
      d: { outcome: 'wait' },
    });
  });

  it('looks at later days as well, for somebody at the address may live where it is tomorrow', () => {
    const history = [sent({ customerId: 'ben', day: '2026-11-23' })];
    expect(answersTo([asking({ deliveryId: 'a' })], history).a).toEqual({
      outcome: 'put_off',
      day: '2026-11-30',
    });
  });
});
