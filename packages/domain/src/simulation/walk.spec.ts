import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { contactClasses } from '../contact/classes.js';
import type { ContactCap } from '../contact/places.js';
import { contactGate, type GateFacts } from '../contact/gate.js';
import type { Batch, Lane } from './lane.js';
import { dayNumber, type RegionTiming } from './local-time.js';
import { People, type Standing } from './people.js';
import { ContactWalk, type WalkEvent } from './walk.js';

const firstDate = '2026-10-20';
const firstDay = dayNumber(firstDate);
const days = 14;
const zones = ['UTC', 'Europe/Madrid', 'America/New_York', 'Pacific/Auckland'];
/** Two who share an address, one alone, one without an address. */
const addresses = ['family@example.com', 'family@example.com', 'ben@example.com', null];

const standingArbitrary: fc.Arbitrary<Omit<Standing, 'address' | 'region'>> = fc.record({
  isInsured: fc.boolean(),
  isDeceased: rarely(),
  hasOpenComplaint: rarely(),
  isVulnerable: rarely(),
  inLitigation: rarely(),
  inTouchWithStaff: rarely(),
  marketing: fc.constantFrom(
    'granted',
    'granted',
    'granted',
    'unasked',
    'withdrawn',
    'withdrawn_by_customer',
  ),
  suppressedFor: fc.record({ service: rarely(), marketing: rarely() }),
});

function rarely(): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 7 }).map((n) => n === 0);
}

const laneArbitrary = fc
  .record({
    class: fc.constantFrom(...contactClasses, 'marketing' as const, 'marketing' as const),
    topic: fc.constantFrom('news', 'offers'),
    channel: fc.constantFrom('email' as const, 'email' as const, 'portal' as const, 'task' as const),
    priority: fc.integer({ min: 0, max: 2 }),
    catchUpHours: fc.constantFrom(1, 24, 48, 200),
    aboutRenewal: fc.boolean(),
    merge: fc.constantFrom(null, null, 'customer' as const, 'address' as const),
  })
  .map(({ merge, ...lane }): Omit<Lane, 'campaign'> => ({
    ...lane,
    step: 's',
    variant: null,
    mergeBy: merge === 'address' && lane.channel !== 'email' ? null : merge,
    silentDays: null,
  }));

const inputArbitrary = fc
  .record({
    standings: fc.array(standingArbitrary, { minLength: 4, maxLength: 4 }),
    optedOut: fc.subarray([0, 1, 2, 3]),
    zones: fc.array(fc.constantFrom(...zones), { minLength: 4, maxLength: 4 }),
    lanes: fc.array(laneArbitrary, { minLength: 1, maxLength: 4 }),
    rows: fc.array(
      fc.record({
        lane: fc.nat(3),
        person: fc.nat(3),
        halfHours: fc.integer({ min: 0, max: days * 48 - 1 }),
        doNotRenew: rarely(),
        outcome: fc.constantFrom('planned', 'planned', 'planned', 'planned', 'held_out', 'superseded'),
      }),
      { maxLength: 30 },
    ),
    cap: fc.record({ contacts: fc.integer({ min: 0, max: 3 }), days: fc.integer({ min: 1, max: 6 }) }),
    countsService: fc.boolean(),
    hours: fc.constantFrom(
      { opens: '00:00', closes: '24:00' },
      { opens: '08:00', closes: '21:00' },
      { opens: '11:30', closes: '12:00' },
    ),
    closed: fc.subarray(['2026-10-22', '2026-10-23', '2026-10-25', '2026-10-30'], { maxLength: 3 }),
    earlier: fc.array(fc.record({ person: fc.nat(3), daysBefore: fc.integer({ min: 1, max: 5 }) }), {
      maxLength: 4,
    }),
  })
  .map(({ lanes, rows, earlier, ...input }) => ({
    ...input,
    lanes: lanes.map((lane, index): Lane => ({ ...lane, campaign: `c${index}` })),
    rows: rows.map((row) => ({
      ...row,
      lane: row.lane % lanes.length,
      dueAt: firstDay * 86_400_000 + row.halfHours * 1_800_000,
    })),
    earlier: earlier.toSorted((a, b) => b.daysBefore - a.daysBefore),
  }));
type Input = typeof inputArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const timingOf = ({ hours, closed }: Input): RegionTiming => ({ hours, closedDays: new Set(closed) });

/** What became of each row, in words that compare. */
type Fates = Record<string, string[]>;

function tell(fates: Fates, row: string, event: WalkEvent): void {
  const at = new Date(event.at).toISOString();
  const what = event.kind === 'end' ? event.ending : `${event.reason} ${new Date(event.until).toISOString()}`;
  (fates[row] ??= []).push(`${at} ${what}`);
}

function walked(input: Input): { fates: Fates; walk: ContactWalk } {
  const people = new People(4);
  for (const [person, standing] of input.standings.entries()) {
    people.stand({ ...standing, address: addresses[person]!, region: null }, Int32Array.of(person));
  }
  people.share(Int32Array.of(0, 1));
  people.optOut('offers', Int32Array.from(input.optedOut));
  const fates: Fates = {};
  const timing = timingOf(input);
  const walk = new ContactWalk({
    people,
    lanes: input.lanes,
    ...{ firstDay, days },
    limits: { cap: input.cap, countsService: input.countsService },
    timingOf: () => timing,
    observe: (row, event) => tell(fates, row, event),
  });
  for (const { person, daysBefore } of input.earlier) walk.letters.addEarlier(person, firstDay - daysBefore);
  for (const [index, { person, ...row }] of input.rows.entries()) {
    walk.add({
      ...row,
      zone: input.zones[person]!,
      outcome: row.outcome as Batch['outcome'],
      people: Int32Array.of(person),
      rows: [`${index}`],
    });
  }
  for (let day = 1; day <= days + 30; day += 1) walk.advance((firstDay + day) * 86_400_000);
  return { fates, walk };
}

interface Contact {
  person: number;
  day: string;
  byMail: boolean;
  letter: string;
}

/** One row after the other before the gate itself, with all that was sent looked through for each. */
function asked(input: Input): Fates {
  const fates: Fates = {};
  const sent: Contact[] = input.earlier.map(({ person, daysBefore }, index) => ({
    ...{ person, byMail: true, letter: `earlier ${index}` },
    day: new Date((firstDay - daysBefore) * 86_400_000).toISOString().slice(0, 10),
  }));
  let waiting = input.rows.map((row, index) => ({ ...row, name: `${index}`, at: row.dueAt, order: index }));
  let order = waiting.length;
  while (waiting.length > 0) {
    const [next] = waiting.toSorted(
      (a, b) =>
        a.at - b.at ||
        marketing(input.lanes[a.lane]!) - marketing(input.lanes[b.lane]!) ||
        input.lanes[b.lane]!.priority - input.lanes[a.lane]!.priority ||
        a.dueAt - b.dueAt ||
        a.lane - b.lane ||
        a.order - b.order,
    );
    waiting = waiting.filter((row) => row !== next);
    const { name, at, ...row } = next!;
    if (row.outcome !== 'planned') {
      const ending = row.outcome === 'held_out' ? 'held_out' : 'expired:superseded';
      tell(fates, name, { kind: 'end', at, date: '', ending });
      continue;
    }
    const lane = input.lanes[row.lane]!;
    const zone = input.zones[row.person]!;
    const now = Temporal.Instant.fromEpochMilliseconds(at);
    const day = now.toZonedDateTimeISO(zone).toPlainDate().toString();
    const address = addresses[row.person] ?? null;
    const reader = { customer: `${row.person}`, address: address ?? `${row.person}` };
    const letter = lane.mergeBy === null ? name : `${lane.campaign} ${day} ${reader[lane.mergeBy]}`;
    const facts = factsOf(input, row, { zone, day, letter, address, sent });
    // A release looks at the hour, the day and the place alone, and the worker at everything.
    const released = contactGate(withNothingAgainst(facts), now);
    const decision = released.allow ? contactGate(facts, now) : released;
    if (decision.allow) {
      tell(fates, name, { kind: 'end', at, date: day, ending: 'sent' });
      const counts = lane.class === 'marketing' || (lane.class === 'service' && input.countsService);
      if (counts) sent.push({ person: row.person, day, byMail: lane.channel === 'email', letter });
    } else if (decision.state === 'deferred') {
      const until = decision.until.epochMilliseconds;
      tell(fates, name, { kind: 'put_off', at, reason: decision.reason, until });
      waiting.push({ ...next!, at: until, order: (order += 1) });
    } else {
      tell(fates, name, { kind: 'end', at, date: day, ending: `${decision.state}:${decision.reason}` });
    }
  }
  return fates;
}

function factsOf(
  input: Input,
  row: Input['rows'][number],
  given: { zone: string; day: string; letter: string; address: string | null; sent: Contact[] },
): GateFacts {
  const lane = input.lanes[row.lane]!;
  const { suppressedFor, marketing, ...standing } = input.standings[row.person]!;
  const dueAt = Temporal.Instant.fromEpochMilliseconds(row.dueAt);
  const expiresAt = dueAt.add({ hours: lane.catchUpHours });
  const others = given.sent.filter(({ letter }) => letter !== given.letter);
  const daysOf = (contacts: Contact[]) => {
    const letters = new Map(contacts.map(({ letter, day }) => [letter, day]));
    return [...letters.values()];
  };
  const byMail = lane.channel === 'email' ? given.address : null;
  return {
    ...standing,
    ...{ class: lane.class, topic: lane.topic, channel: lane.channel, aboutRenewal: lane.aboutRenewal },
    ...{ sendingStopped: false, policyFound: true, inAudience: true, renewed: false, settled: false },
    ...{ dateChanged: false, exitRuleMet: false, superseded: false, doNotRenew: row.doNotRenew },
    ...{ address: given.address, expiresAt },
    addressSuppressed: lane.class === 'marketing' ? suppressedFor.marketing : suppressedFor.service,
    consent: [
      ...(marketing === 'unasked'
        ? []
        : [said('*', marketing === 'granted', marketing === 'withdrawn_by_customer')]),
      ...(input.optedOut.includes(row.person) && lane.topic === 'offers'
        ? [said('offers', false, true)]
        : []),
    ],
    timing: { ...timingOf(input), zone: given.zone, dueAt, expiresAt },
    place: {
      cap: input.cap satisfies ContactCap,
      ...{ day: given.day, address: byMail },
      personDays: daysOf(others.filter(({ person }) => person === row.person)),
      addressDays:
        byMail === null
          ? []
          : daysOf(others.filter(({ person, byMail: mailed }) => mailed && addresses[person] === byMail)),
    },
  };
}

const marketing = ({ class: contactClass }: Lane) => (contactClass === 'marketing' ? 1 : 0);

/** The same row of somebody of whom nothing is known that would keep a message back. */
function withNothingAgainst(facts: GateFacts): GateFacts {
  const address = facts.address ?? 'somebody@example.com';
  return {
    ...facts,
    ...{ isDeceased: false, addressSuppressed: false, doNotRenew: false, hasOpenComplaint: false },
    ...{ isVulnerable: false, inLitigation: false, inTouchWithStaff: false, address },
    consent: [said('*', true, false)],
    place: { ...facts.place!, address: facts.channel === 'email' ? address : null },
  };
}

function said(topic: string, granted: boolean, byCustomer: boolean) {
  return { topic, granted, byCustomer, at: Temporal.Instant.fromEpochMilliseconds(0) };
}

describe('a walk through the time ahead', () => {
  it('ends every row as the contact gate does that is asked about one after the other', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(inputArbitrary, (input) => {
        const { fates } = walked(input);
        expect(fates).toEqual(asked(input));
        for (const fate of Object.values(fates).flat()) seen.add(fate.slice(25).replace(/ .*/, ''));
      }),
      { numRuns: 2000 },
    );
    // All that can happen has happened.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        ...['sent', 'held_out', 'expired:superseded', 'suppressed:no_consent', 'suppressed:unsubscribed'],
        ...['suppressed:no_address', 'suppressed:do_not_renew', 'suppressed:frequency_cap', 'frequency_cap'],
        ...['quiet_hours', 'expired:quiet_hours', 'no_contact_day', 'expired:no_contact_day'],
      ]),
    );
  });

  it('counts what it tells', () => {
    fc.assert(
      fc.property(inputArbitrary, (input) => {
        const { fates, walk } = walked(input);
        const told = Object.values(fates).flatMap((events) => events.slice(-1));
        const counted = new Map<string, number>();
        for (const { ending, rows } of walk.tally.entries())
          counted.set(ending, (counted.get(ending) ?? 0) + rows);
        // Some end after the days that are counted.
        for (const [ending, rows] of counted) {
          expect(told.filter((fate) => fate.endsWith(` ${ending}`)).length).toBeGreaterThanOrEqual(rows);
        }
        expect(walk.waiting().size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
