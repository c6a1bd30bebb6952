import type { Campaign, Rule } from '@aftercare/domain';
import { campaignArbitrary, customerArbitrary, numbered } from '@aftercare/domain/testing';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { loadBook, seed } from './audience-book.js';
import { clearCampaigns, ledgerRows, plannerOn, ReferenceLedger, startCampaign } from './planner-support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const bookArbitrary = fc.array(customerArbitrary, { minLength: 30, maxLength: 60 }).map(numbered);

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

const runArbitrary = fc.record({
  book: bookArbitrary,
  campaign: plannedCampaign,
  // How far behind the first tick each step's watermark lies, and how long after one another the ticks come.
  behind: fc.array(hoursArbitrary, { minLength: 5, maxLength: 5 }),
  first: instantArbitrary,
  later: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
  globalHoldout: fc.constantFrom(0, 0, 0.3),
});

function watermarksOf({
  campaign,
  behind,
  first,
}: {
  campaign: Campaign;
  behind: number[];
  first: Temporal.Instant;
}) {
  return Object.fromEntries(
    campaign.steps.map(({ key }, index) => [key, first.subtract({ hours: behind[index]! })]),
  );
}

describe('the planner', () => {
  it('adds exactly the rows that the reference planner adds, tick after tick, and none twice', async () => {
    const planner = plannerOn(database.dataSource);
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(runArbitrary, async ({ book, campaign, behind, first, later, globalHoldout }) => {
        await clearCampaigns(database.dataSource);
        await database.dataSource.query('UPDATE contact_limits SET global_holdout = $1', [globalHoldout]);
        await loadBook(database.dataSource, book);
        const watermarks = watermarksOf({ campaign, behind, first });
        await startCampaign(database.dataSource, campaign, watermarks);
        const reference = new ReferenceLedger(campaign, book, watermarks, globalHoldout);
        let asOf = first;
        for (const hours of [0, ...later]) {
          asOf = asOf.add({ hours });
          reference.plan(asOf);
          const added = await planner.plan(asOf);
          const ledger = await ledgerRows(database.dataSource);
          expect(ledger).toEqual(reference.rows);
          expect(await planner.plan(asOf)).toMatchObject({ planned: 0, expired: 0, heldOut: 0 });
          expect(await ledgerRows(database.dataSource)).toEqual(ledger);
          rows += added.planned + added.expired + added.heldOut;
        }
      }),
      { numRuns: 100, endOnFailure: true, seed },
    );
    expect(rows).toBeGreaterThan(500);
  }, 300_000);

  it('finds the same rows when it looks back only now and then, as long as the book does not change', async () => {
    const planner = plannerOn(database.dataSource);
    await fc.assert(
      fc.asyncProperty(runArbitrary, async ({ book, campaign, behind, first, later }) => {
        const ticks = [0, ...later].reduce<Temporal.Instant[]>(
          (list, minutes) => [...list, (list.at(-1) ?? first).add({ minutes })],
          [],
        );
        const watermarks = watermarksOf({ campaign, behind, first });
        const found = [];
        for (const search of ['all', 'recent'] as const) {
          await clearCampaigns(database.dataSource);
          await loadBook(database.dataSource, book);
          await startCampaign(database.dataSource, campaign, watermarks);
          for (const asOf of ticks) await planner.plan(asOf, search);
          found.push(await ledgerRows(database.dataSource));
        }
        expect(found[1]).toEqual(found[0]);
      }),
      { numRuns: 40, endOnFailure: true, seed },
    );
  }, 300_000);
});
