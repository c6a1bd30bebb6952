import type { Campaign, PlanCustomer, Rule } from '@aftercare/domain';
import { campaignArbitrary, customerArbitrary, numbered } from '@aftercare/domain/testing';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { loadBook, seed } from './audience-book.js';
import {
  addVersion,
  clearCampaigns,
  ledgerByCampaign,
  plannerOn,
  ReferenceLedger,
  startCampaign,
} from './planner-support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const bookArbitrary = fc.array(customerArbitrary, { minLength: 30, maxLength: 45 }).map(numbered);

/** An audience that somebody may be in on the day of one step and not on that of another. */
const passingArbitrary: fc.Arbitrary<Rule> = fc.constantFrom<Rule[]>(
  { field: 'policy.startDate', op: 'within', value: -4 },
  { field: 'policy.renewalDate', op: 'within', value: 2 },
  { not: { field: 'policy.endDate', op: 'within', value: 6 } },
  { field: 'policy.hasOverdueInstalment', op: 'eq', value: false },
  { field: 'customer.age', op: 'lt', value: 0 },
);

/** Steps so close that several of them are due at once, two at the very same moment. */
function crowded(campaign: Campaign, audience: Rule): Campaign {
  const steps = campaign.steps.map((step) => ({ ...step, offsetDays: step.offsetDays % 3 }));
  return { ...campaign, audience, steps: [...steps, { ...steps[0]!, key: 'same' }], catchUpHours: 200 };
}

const plannedCampaign = fc
  .record({ campaign: campaignArbitrary, crowd: fc.option(passingArbitrary, { freq: 2 }) })
  .map(({ campaign, crowd }) => (crowd === null ? campaign : crowded(campaign, crowd)));

const start = Temporal.Instant.from('2026-02-26T00:00Z');
// Half hours, so that a tick comes at the very moment at which something is due or expires.
const instantArbitrary = fc
  .integer({ min: -30 * 48, max: 30 * 48 })
  .map((halfHours) => start.add({ minutes: halfHours * 30 }));
const hoursArbitrary = fc.integer({ min: 0, max: 400 });

/** A campaign, and perhaps the version that takes over from it after the first tick. */
const courseArbitrary = fc.record({
  campaign: plannedCampaign,
  // How far behind the first tick each step's watermark lies.
  behind: fc.array(hoursArbitrary, { minLength: 5, maxLength: 5 }),
  edited: fc.option(fc.record({ days: fc.integer({ min: -2, max: 2 }), added: fc.boolean() }), { freq: 3 }),
});
type Course = typeof courseArbitrary extends fc.Arbitrary<infer T> ? T : never;

const runArbitrary = fc.record({
  book: bookArbitrary,
  courses: fc
    .array(courseArbitrary, { minLength: 8, maxLength: 8 })
    .map((list) =>
      list.map((course, index) => ({ ...course, campaign: { ...course.campaign, key: `k${index}` } })),
    ),
  first: instantArbitrary,
  // How long after one another the ticks come.
  later: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
  globalHoldout: fc.constantFrom(0, 0, 0.3),
});

function watermarksOf({ steps }: Campaign, behind: readonly number[], first: Temporal.Instant) {
  return Object.fromEntries(
    steps.map(({ key }, index) => [key, first.subtract({ hours: behind[index] ?? 0 })]),
  );
}

/** The next version of a campaign: its steps moved by some days, and one more. */
function nextVersion({ campaign, edited }: Course): Campaign {
  const { days, added } = edited!;
  const steps = campaign.steps.map((step) => ({ ...step, offsetDays: step.offsetDays + days }));
  return { ...campaign, steps: added ? [...steps, { ...steps[0]!, key: 'more' }] : steps };
}

async function begin(book: readonly PlanCustomer[], globalHoldout: number): Promise<void> {
  await clearCampaigns(database.dataSource);
  await database.dataSource.query('UPDATE contact_limits SET global_holdout = $1', [globalHoldout]);
  await loadBook(database.dataSource, book);
}

describe('the planner', () => {
  it('adds exactly the rows that the reference planner adds, tick after tick, and none twice', async () => {
    const planner = plannerOn(database.dataSource);
    const triggers = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(runArbitrary, async ({ book, courses, first, later, globalHoldout }) => {
        await begin(book, globalHoldout);
        const references = new Map<string, { id: string; ledger: ReferenceLedger }>();
        for (const { campaign, behind } of courses) {
          const watermarks = watermarksOf(campaign, behind, first);
          const ledger = new ReferenceLedger(book, globalHoldout);
          ledger.run(campaign, watermarks);
          references.set(campaign.key, {
            id: await startCampaign(database.dataSource, campaign, watermarks),
            ledger,
          });
        }
        let [asOf, told] = [first, 0];
        for (const [tick, hours] of [0, ...later].entries()) {
          asOf = asOf.add({ hours });
          if (tick === 1) await takeOver(courses, references, first);
          for (const { ledger } of references.values()) ledger.plan(asOf);
          const { planned, expired, heldOut } = await planner.plan(asOf);
          told += planned + expired + heldOut;
          const found = await ledgerByCampaign(database.dataSource);
          for (const { campaign } of courses) {
            const { rows } = references.get(campaign.key)!.ledger;
            expect(found[campaign.key] ?? [], JSON.stringify(campaign)).toEqual(rows);
          }
          expect(told, 'the sum of what the runs said').toBe(Object.values(found).flat().length);
          expect(await planner.plan(asOf)).toMatchObject({ planned: 0, expired: 0, heldOut: 0 });
        }
        for (const { campaign } of courses) {
          const { type } = campaign.trigger;
          const { rows } = references.get(campaign.key)!.ledger;
          triggers.set(type, (triggers.get(type) ?? 0) + rows.length);
        }
      }),
      { numRuns: 25, endOnFailure: true, seed },
    );
    expect([...triggers.keys()].sort()).toEqual(['date', 'event', 'once', 'recurring']);
    for (const [type, rows] of triggers) expect(rows, type).toBeGreaterThan(20);
  });

  it('finds the same rows when it looks back only now and then, as long as the book does not change', async () => {
    const planner = plannerOn(database.dataSource);
    await fc.assert(
      fc.asyncProperty(runArbitrary, async ({ book, courses, first, later, globalHoldout }) => {
        const ticks = [0, ...later].reduce<Temporal.Instant[]>(
          (list, minutes) => [...list, (list.at(-1) ?? first).add({ minutes })],
          [],
        );
        const found = [];
        for (const search of ['all', 'recent'] as const) {
          await begin(book, globalHoldout);
          for (const { campaign, behind } of courses) {
            await startCampaign(database.dataSource, campaign, watermarksOf(campaign, behind, first));
          }
          for (const asOf of ticks) await planner.plan(asOf, search);
          found.push(await ledgerByCampaign(database.dataSource));
        }
        expect(found[1]).toEqual(found[0]);
      }),
      { numRuns: 8, endOnFailure: true, seed },
    );
  });
});

/** Lets the next versions take over, in the database as in the reference. */
async function takeOver(
  courses: readonly Course[],
  references: ReadonlyMap<string, { id: string; ledger: ReferenceLedger }>,
  first: Temporal.Instant,
): Promise<void> {
  for (const course of courses) {
    if (course.edited === null) continue;
    const { id, ledger } = references.get(course.campaign.key)!;
    const campaign = nextVersion(course);
    const watermarks = watermarksOf(campaign, [], first);
    ledger.run(campaign, watermarks);
    await database.dataSource.query(
      `UPDATE campaign_versions SET running = 'finishing', finishes_at = 'infinity' WHERE campaign_id = $1`,
      [id],
    );
    await addVersion(database.dataSource, id, campaign, { version: 2, running: 'open', watermarks });
  }
}
