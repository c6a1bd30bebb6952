import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { dateTriggerFields } from '../campaigns/triggers.js';
import { bookArbitrary, campaignArbitrary } from '../testing.js';
import { addDays } from '../time/civil-date.js';
import { slotsDue } from '../time/slots.js';
import { birthdayKeys, monthDay } from '../time/yearly.js';
import { evaluateRule } from '../rules/evaluate.js';
import type { PlanCustomer } from './anchors.js';
import { ledgerIdentity, planReference, type PlanInput, type PlannedRow } from './plan-reference.js';

const hour = 3_600_000;
const moment = fc
  .integer({ min: Date.UTC(2026, 1, 20), max: Date.UTC(2026, 2, 6) })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));

/** A point for every subject that is as good as a hash for a test. */
const holdoutPointOf = (subjectId: string): number =>
  (Array.from(subjectId, (letter) => letter.charCodeAt(0)).reduce((sum, code) => sum + code * 7, 0) % 10) /
  10;

const before = (asOf: Temporal.Instant, hours: number): Temporal.Instant => asOf.subtract({ hours });
const earlier = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(a, b) < 0 ? a : b;
const isAfter = (a: Temporal.Instant, b: Temporal.Instant): boolean => Temporal.Instant.compare(a, b) > 0;

/** A campaign with a book, and a tick that comes up to twenty days after the one before it. */
const tick: fc.Arbitrary<PlanInput> = fc
  .record({
    campaign: campaignArbitrary,
    book: bookArbitrary(4),
    asOf: moment,
    gap: fc.integer({ min: 0, max: 480 }),
  })
  .map(({ campaign, book, asOf, gap }) => ({
    campaign,
    book,
    asOf,
    watermarks: Object.fromEntries(campaign.steps.map(({ key }) => [key, before(asOf, gap)])),
    ledger: new Set<string>(),
    holdoutPointOf,
  }));

/** The same tick later on, when what the first one planned is in the ledger. */
function next(input: PlanInput, rows: readonly PlannedRow[], asOf: Temporal.Instant): PlanInput {
  return {
    ...input,
    asOf,
    ledger: new Set([...input.ledger, ...rows.map(ledgerIdentity)]),
    watermarks: Object.fromEntries(input.campaign.steps.map(({ key }) => [key, input.asOf])),
  };
}

const identities = (rows: readonly PlannedRow[]): string[] => rows.map(ledgerIdentity).sort();

describe('planReference', () => {
  it('meets rows of every state in these tests, or they would show nothing', () => {
    const seen = new Set<string>();
    let total = 0;
    fc.assert(
      fc.property(tick, (input) => {
        for (const { state, reason } of planReference(input)) {
          seen.add(`${state} ${reason ?? ''}`.trim());
          total += 1;
        }
      }),
      { numRuns: 800 },
    );
    expect(total).toBeGreaterThan(400);
    expect([...seen].sort()).toEqual(['expired missed_window', 'expired superseded', 'held_out', 'planned']);
  });

  it('adds nothing the second time', () => {
    fc.assert(
      fc.property(tick, (input) => {
        const rows = planReference(input);
        expect(new Set(identities(rows)).size).toBe(rows.length);
        expect(planReference({ ...input, ledger: new Set(identities(rows)) })).toEqual([]);
        expect(planReference(next(input, rows, input.asOf))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('plans nothing that is not due, and nothing out of the campaign’s bounds', () => {
    fc.assert(
      fc.property(tick, (input) => {
        const { campaign, asOf, watermarks } = input;
        const windowStart = before(asOf, campaign.catchUpHours);
        for (const row of planReference(input)) {
          expect(isAfter(row.dueAt, asOf)).toBe(false);
          expect(isAfter(row.dueAt, earlier(watermarks[row.step] ?? windowStart, windowStart))).toBe(true);
          expect(row.reason === 'missed_window').toBe(!isAfter(row.dueAt, windowStart));
          expect(row.expiresAt.epochMilliseconds - row.dueAt.epochMilliseconds).toBe(
            campaign.catchUpHours * hour,
          );
          expect(
            row.localDate >= (campaign.startsOn ?? '') && row.localDate <= (campaign.endsOn ?? '9999'),
          ).toBe(true);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('plans at most one step of a subject and anchor at a tick: the latest', () => {
    fc.assert(
      fc.property(tick, (input) => {
        const rows = planReference(input);
        for (const row of rows.filter(({ state }) => state === 'planned' || state === 'held_out')) {
          const same = rows.filter(
            (other) => other.subjectId === row.subjectId && other.anchorDate === row.anchorDate,
          );
          expect(same.filter(({ state }) => state === 'planned' || state === 'held_out')).toHaveLength(1);
          for (const other of same) expect(isAfter(other.dueAt, row.dueAt)).toBe(false);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('has after two ticks what one tick would have had, and what came into the window between', () => {
    fc.assert(
      fc.property(tick, fc.integer({ min: 0, max: 300 }), (input, later) => {
        const asOf = input.asOf.add({ hours: later });
        const first = planReference(input);
        const second = planReference(next(input, first, asOf));
        const together = identities([...first, ...second]);
        const atOnce = planReference({ ...input, asOf });
        expect(together).toEqual(expect.arrayContaining(identities(atOnce)));
        // What two ticks have over one is late entry of the first: due before the watermark.
        const extra = [...first, ...second].filter(
          (row) => !identities(atOnce).includes(ledgerIdentity(row)),
        );
        for (const row of extra) expect(isAfter(row.dueAt, input.watermarks[row.step] ?? asOf)).toBe(false);
      }),
      { numRuns: 600 },
    );
  });

  it('holds out the same subjects at every step, and nobody of a legal notice', () => {
    fc.assert(
      fc.property(tick, (input) => {
        for (const { state, subjectId } of planReference(input)) {
          if (state === 'expired') continue;
          expect(state === 'held_out').toBe(holdoutPointOf(subjectId) < input.campaign.holdout);
          if (input.campaign.class === 'legal') expect(state).toBe('planned');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds what a search by slots finds, which is how the planner proper goes about it', () => {
    fc.assert(
      fc.property(tick, (input) => {
        expect(identities(planReference(input))).toEqual(searchBySlots(input).sort());
      }),
      { numRuns: 800 },
    );
  });

  it('plans nothing for triggers of other kinds', () => {
    fc.assert(
      fc.property(tick, (input) => {
        const trigger = { type: 'event', event: 'claim_closed' } as const;
        expect(planReference({ ...input, campaign: { ...input.campaign, trigger } })).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

/** From slots back to anchors, and from anchors to subjects. */
function searchBySlots({ campaign, book, asOf, watermarks }: PlanInput): string[] {
  if (campaign.trigger.type !== 'date') return [];
  const { field } = campaign.trigger;
  const { yearly } = dateTriggerFields[field];
  const found: string[] = [];
  for (const step of campaign.steps) {
    const windowStart = before(asOf, campaign.catchUpHours);
    const after = earlier(watermarks[step.key] ?? windowStart, windowStart);
    const everybody = subjects(field, campaign.subject, book);
    const zones = [...new Set(everybody.map(({ zone }) => zone))];
    const slots = slotsDue({ zones, at: step.at, after, upTo: asOf });
    for (const { id, zone, origins, asked } of everybody) {
      for (const { localDate } of slots.filter((slot) => slot.zone === zone)) {
        const anchorDate = addDays(localDate, -step.offsetDays);
        const hit = origins.some((origin) =>
          yearly
            ? birthdayKeys(anchorDate).includes(monthDay(origin)) && anchorDate > origin
            : anchorDate === origin,
        );
        const bounded = localDate >= (campaign.startsOn ?? '') && localDate <= (campaign.endsOn ?? '9999');
        if (hit && bounded && asked.some((subject) => evaluateRule(campaign.audience, subject, localDate))) {
          found.push(ledgerIdentity({ step: step.key, subjectId: id, anchorDate }));
        }
      }
    }
  }
  return found;
}

function subjects(field: string, subject: 'policy' | 'customer', book: readonly PlanCustomer[]) {
  return book.flatMap(({ facts: customer, policies }) => {
    const pairs = policies.map(({ facts: policy }) => ({ customer, policy }));
    if (subject === 'customer') {
      const starts = policies.map(({ facts }) => facts.startDate).sort();
      const origin = field === 'customer.since' ? starts[0] : customer.birthDate;
      return {
        id: customer.id,
        zone: customer.timeZone ?? 'UTC',
        origins: [origin ?? []].flat(),
        asked: pairs.length === 0 ? [{ customer, policy: null }] : pairs,
      };
    }
    return policies.map(({ facts: policy, unpaidDueDates }) => {
      const grace = policy.status === 'grace';
      const dates: Record<string, (string | null)[]> = {
        'policy.startDate': [policy.startDate],
        'policy.anniversary': [policy.startDate],
        'policy.renewalDate': [policy.renewalDate],
        'policy.endDate': [policy.endDate],
        'policy.graceStart': grace ? [policy.statusSince] : [],
        'policy.graceEnd': grace ? [policy.graceEndsOn] : [],
        'policy.instalmentDue': [...unpaidDueDates],
      };
      return {
        id: policy.id,
        zone: customer.timeZone ?? policy.timeZone ?? 'UTC',
        origins: (dates[field] ?? []).filter((date) => date !== null),
        asked: [{ customer, policy }],
      };
    });
  });
}
