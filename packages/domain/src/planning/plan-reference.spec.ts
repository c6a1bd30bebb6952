import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { bookArbitrary, campaignArbitrary } from '../testing.js';
import { searchBySlots } from '../testing/search-by-slots.js';
import { experimentKey, globalHoldoutKey, holdoutKey } from './holdout.js';
import {
  anchorIdentity,
  ledgerIdentity,
  planReference,
  type PlanInput,
  type PlannedRow,
} from './plan-reference.js';

const hour = 3_600_000;
const moment = fc
  .integer({ min: Date.UTC(2026, 1, 20), max: Date.UTC(2026, 2, 6) })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));

/** A point for every key that is as good as a hash for a test. */
const pointOf = (key: string): number =>
  (Array.from(key, (letter) => letter.charCodeAt(0)).reduce((sum, code) => sum + code * 7, 0) % 10) / 10;

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
    globalHoldout: fc.constantFrom(0, 0, 0.4),
  })
  .map(({ campaign, book, asOf, gap, globalHoldout }) => ({
    campaign,
    book,
    asOf,
    watermarks: Object.fromEntries(campaign.steps.map(({ key }) => [key, before(asOf, gap)])),
    ledger: new Set<string>(),
    pointOf,
    globalHoldout,
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
      { numRuns: 1000 },
    );
    expect(total).toBeGreaterThan(400);
    expect([...seen].sort()).toEqual([
      ...['expired missed_window', 'expired superseded', 'held_out', 'held_out global_holdout', 'planned'],
    ]);
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

  it('holds out the same subjects at every step, and nobody of what is no marketing', () => {
    fc.assert(
      fc.property(tick, (input) => {
        const { campaign, globalHoldout = 0 } = input;
        for (const { state, reason, subjectId, customerId } of planReference(input)) {
          if (state === 'expired') continue;
          const fromAll =
            campaign.class === 'marketing' && pointOf(globalHoldoutKey(customerId)) < globalHoldout;
          const fromThis = pointOf(holdoutKey(campaign.key, subjectId)) < campaign.holdout;
          expect(state === 'held_out').toBe(fromAll || fromThis);
          expect(reason).toBe(fromAll ? 'global_holdout' : null);
          if (campaign.class !== 'marketing') expect(state).toBe('planned');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds what a search by slots finds, which is how the planner proper goes about it', () => {
    fc.assert(
      fc.property(tick, (input) => {
        const { campaign } = input;
        fc.pre(campaign.trigger.type === 'date' && campaign.trigger.field !== 'customer.lastContact');
        const steps = campaign.steps.map((step) => ({ ...step, when: null, variants: [] }));
        const plain = { ...input, campaign: { ...campaign, steps, exitWhen: null } };
        expect(identities(planReference(plain))).toEqual(searchBySlots(plain).sort());
      }),
      { numRuns: 800 },
    );
  });

  it('finishes with those who entered, and leaves them alone when it is the open version', () => {
    fc.assert(
      fc.property(tick, fc.func(fc.boolean()), (input, hasEntered) => {
        const all = planReference(input);
        const anchors = [...new Set(all.map(anchorIdentity))];
        const entered = new Set(anchors.filter((anchor) => hasEntered(anchor)));
        const rows = (running: 'open' | 'finishing') =>
          planReference({ ...input, version: { running, entered } });
        expect([...rows('open'), ...rows('finishing')].map(ledgerIdentity).sort()).toEqual(identities(all));
        expect(rows('finishing').every((row) => entered.has(anchorIdentity(row)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives each subject one arm of a step’s experiment, by shares, with its own time and template', () => {
    const arms = new Map<string, number>();
    fc.assert(
      fc.property(tick, (input) => {
        const { campaign } = input;
        for (const row of planReference(input)) {
          const step = campaign.steps.find(({ key }) => key === row.step)!;
          const arm = step.variants.find(({ key }) => key === row.variant);
          expect(arm === undefined).toBe(step.variants.length === 0);
          expect(row.template).toBe(arm?.template ?? step.template);
          const point = pointOf(experimentKey(campaign.key, step.key, row.subjectId));
          if (step.variants.length === 2) expect(row.variant).toBe(point < 0.5 ? 'a' : 'b');
          arms.set(row.variant ?? 'none', (arms.get(row.variant ?? 'none') ?? 0) + 1);
        }
      }),
      { numRuns: 400 },
    );
    expect([...arms.keys()].sort()).toEqual(['a', 'b', 'c', 'none']);
  });

  it('asks a step’s own condition as well as the audience, of the same policy', () => {
    fc.assert(
      fc.property(tick, fc.integer({ min: 0, max: 3 }), (input, place) => {
        const { campaign } = input;
        const step = campaign.steps[place % campaign.steps.length]!;
        const nobody = { ...step, when: { any: [] } };
        const without = { ...campaign, steps: campaign.steps.map((each) => (each === step ? nobody : each)) };
        const others = { ...campaign, steps: campaign.steps.filter((each) => each !== step) };
        // A step that nobody is in for is as good as none: it overtakes no other either.
        expect(planReference({ ...input, campaign: without })).toEqual(
          planReference({ ...input, campaign: others }),
        );
      }),
      { numRuns: 300 },
    );
  });
});
