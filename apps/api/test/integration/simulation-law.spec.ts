import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { WorkerService } from '../../src/features/deliveries/worker.service.js';
import { SimulatorService } from '../../src/features/simulation/simulator.service.js';
import type { SimulationResult } from '../../src/features/simulation/simulation.types.js';
import { seed } from './audience-book.js';
import { SettableClock } from '../support/settable-clock.js';
import { harness, type Harness } from './deliver-fixture.js';

const from = '2031-03-20';
const days = 30;
const last = '2031-04-18';
const clock = new SettableClock(`${from}T00:00:00Z`);
let on: Harness;

beforeAll(async () => {
  on = await harness({ clock });
});
afterAll(() => on.close());

const news = {
  issue: { label: 'May', title: 'News', intro: 'What happened.' },
  articles: [{ title: 'One', summary: 'Two', link: null }],
  archiveUrl: null,
};
const base = { audience: { all: [] }, catchUpHours: 100 };
const letter = (key: string, offsetDays: number, at: string, more: object = {}) => ({
  ...{ key, offsetDays, at, template: 'newsletter', content: news },
  ...more,
});

/** Campaigns that get in each other's way, in the kinds that there are. */
const programme = [
  {
    ...base,
    ...{ key: 'renewal', class: 'service', topic: 'renewals', subject: 'policy', priority: 60 },
    trigger: { type: 'date', field: 'policy.renewalDate' },
    steps: [
      letter('t-7', -7, '09:00', { template: 'renewal-reminder' }),
      letter('t-3', -3, '09:00', { template: 'renewal-reminder' }),
    ],
    merge: { by: 'customer', template: 'policy-digest' },
  },
  {
    ...base,
    ...{ key: 'lapse', class: 'legal', topic: 'payments', subject: 'policy', priority: 90 },
    trigger: { type: 'date', field: 'policy.endDate' },
    steps: [letter('end-10', -10, '21:30', { template: 'renewal-reminder' })],
  },
  {
    ...base,
    ...{
      key: 'weekly',
      class: 'marketing',
      topic: 'newsletter',
      subject: 'customer',
      priority: 10,
      holdout: 0.2,
    },
    trigger: { type: 'recurring', rrule: 'FREQ=WEEKLY;BYDAY=MO,TH', at: '09:00' },
    steps: [letter('issue', 0, '09:00')],
  },
  {
    ...base,
    ...{ key: 'anniversary', class: 'marketing', topic: 'offers', subject: 'policy', priority: 40 },
    trigger: { type: 'date', field: 'policy.anniversary' },
    steps: [letter('day', 0, '21:30'), letter('after', 4, '09:00')],
  },
  {
    ...base,
    ...{
      key: 'spring',
      class: 'marketing',
      topic: 'tips',
      subject: 'customer',
      priority: 20,
      catchUpHours: 30,
    },
    trigger: { type: 'once', at: '2031-03-31T09:00' },
    steps: [
      letter('a', 0, '09:00', {
        variants: [
          { key: 'x', share: 0.5 },
          { key: 'y', share: 0.5, at: '12:00' },
        ],
      }),
    ],
  },
  {
    ...base,
    ...{ key: 'silent', class: 'marketing', topic: 'service-news', subject: 'customer', priority: 30 },
    trigger: { type: 'date', field: 'customer.lastContact' },
    steps: [letter('day-5', 5, '12:00'), letter('day-9', 9, '12:00')],
  },
];

const bookArbitrary = fc.record({
  people: fc.array(
    fc.record({
      email: fc.constantFrom('family@example.com', 'own', 'own', 'own', null),
      zone: fc.constantFrom('Europe/Madrid', 'America/New_York'),
      consent: fc.constantFrom(true, true, true, false, null),
      optedOut: fc.constantFrom(null, null, null, 'newsletter', 'renewals'),
      event: fc.constantFrom(
        null,
        null,
        null,
        null,
        'complaint_opened',
        'vulnerability_flagged',
        'litigation_opened',
        'contact',
      ),
      policies: fc.array(
        fc.record({
          renewsIn: fc.integer({ min: 0, max: 40 }),
          startedOn: fc.integer({ min: 0, max: 40 }),
          status: fc.constantFrom('in_force', 'in_force', 'in_force', 'in_force', 'lapsed', 'claim_death'),
          doNotRenew: fc.integer({ min: 0, max: 6 }).map((n) => n === 0),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    { minLength: 16, maxLength: 24 },
  ),
  cap: fc.record({ contacts: fc.integer({ min: 1, max: 2 }), days: fc.integer({ min: 3, max: 8 }) }),
  countsService: fc.boolean(),
});
type Book = typeof bookArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

async function load({ people, cap, countsService }: Book): Promise<void> {
  await on.reset();
  await on.sql(`TRUNCATE no_contact_days, last_contacts`);
  await on.sql(`UPDATE last_contacts_progress SET events_until = '0', sent_until = '-infinity'`);
  await on.sql(
    `UPDATE contact_limits SET cap_contacts = $1, cap_days = $2, cap_counts_service = $3, opens = '08:00',
            closes = '21:00', global_holdout = 0.1`,
    [cap.contacts, cap.days, countsService],
  );
  await on.sql(`INSERT INTO no_contact_days (region, day, name) VALUES ('ES', '2031-03-31', 'A holiday')`);
  for (const [index, { email, zone, consent, optedOut, event, policies }] of people.entries()) {
    const id = `c${index}`;
    await on.sql(
      `INSERT INTO customers (customer_id, given_name, family_name, email, locale, time_zone, region, birth_date)
       VALUES ($1, 'Ann', 'Reader', $2, 'en', $3, $4, '1980-01-01')`,
      [id, email === 'own' ? `${id}@example.com` : email, zone, zone === 'Europe/Madrid' ? 'ES-MD' : 'US-NY'],
    );
    for (const [topic, granted] of [
      ['*', consent],
      [optedOut, false],
    ] as const) {
      if (topic === null || granted === null) continue;
      await on.sql(
        `INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
         VALUES ($1, $2, $3, 'test', true, '2030-01-01Z')`,
        [id, topic, granted],
      );
    }
    if (event !== null) {
      await on.sql(
        `INSERT INTO customer_events (event_id, type, customer_id, at) VALUES ($1, $2, $1, '2031-03-18Z')`,
        [id, event],
      );
    }
    for (const [place, policy] of policies.entries()) {
      await on.sql(
        `INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date, end_date, premium_minor,
                               previous_premium_minor, currency, payment_mode, do_not_renew)
         VALUES ($1, $2, 'motor', $3, date '2029-03-15' + $4::int, date '2031-03-15' + $5::int, date '2031-03-15' + $5::int,
                 48000, 45000, 'EUR', 'annual', $6)`,
        [`${id}p${place}`, id, policy.status, policy.startedOn, policy.renewsIn, policy.doNotRenew],
      );
    }
  }
  for (const campaign of programme) await on.campaign({ name: campaign.key, ...campaign });
  // As if they had run all along: what was due before has had its time.
  await on.app.get(PlannerService).plan(Temporal.Instant.from(`${from}T00:00:00Z`));
  await on.sql(`UPDATE deliveries SET state = 'cancelled'`);
}

/** The moments at which anything may fall due or go on, in both zones, and a while after each day. */
function moments(): string[] {
  const list: Temporal.Instant[] = [];
  // In New York it is still the day before when the first day begins.
  for (
    let day = Temporal.PlainDate.from(from).subtract({ days: 1 });
    day.toString() <= last;
    day = day.add({ days: 1 })
  ) {
    for (const zone of ['Europe/Madrid', 'America/New_York']) {
      for (const time of ['08:00', '09:00', '12:00', '21:30']) {
        list.push(day.toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant());
      }
    }
  }
  return [...new Set(list.map(String))].filter((moment) => moment > `${from}T00:00:00Z`).sort();
}

/** Plans and sends at each moment, as a platform does that never sleeps. */
async function liveThrough(): Promise<void> {
  const [planner, dispatch] = [on.app.get(PlannerService), on.app.get(DispatchService)];
  await on.app.get(WorkerService).start();
  for (const moment of moments()) {
    const asOf = Temporal.Instant.from(moment);
    clock.set(moment);
    await planner.plan(asOf, 'recent');
    for (;;) {
      const released = await dispatch.release(asOf, asOf);
      while ((await underWay()) > 0) await sleep(5);
      if (released === 0) break;
    }
  }
}

async function underWay(): Promise<number> {
  const [row] = await on.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM deliveries WHERE chunk_id IS NOT NULL AND state IN ('planned', 'sending')`,
  );
  return row!.n;
}

type Account = Record<string, number>;

async function lived(): Promise<{ sent: Account; rest: Account }> {
  const count = async (what: string, where: string) => {
    const rows = await on.sql<{ name: string; n: number }>(
      `SELECT ${what} AS name, count(*)::int AS n FROM deliveries d JOIN campaigns c USING (campaign_id)
       WHERE contact_on BETWEEN '${from}' AND '${last}' AND ${where} GROUP BY 1 ORDER BY 1`,
    );
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
  };
  return {
    sent: await count(`contact_on || ' ' || c.key`, `d.state = 'sent'`),
    rest: await count(
      `c.key || ' ' || CASE WHEN d.state = 'held_out' THEN d.state ELSE d.state || ' ' || coalesce(d.reason, '') END`,
      `d.state NOT IN ('sent', 'planned', 'cancelled')`,
    ),
  };
}

function simulated(result: SimulationResult): { sent: Account; rest: Account } {
  const sent = result.days.flatMap(({ date, byCampaign }) =>
    Object.entries(byCampaign).map(([key, n]) => [`${date} ${key}`, n] as const),
  );
  const reasons = (state: 'suppressed' | 'expired') =>
    Object.entries(result[state].byCampaign).flatMap(([key, counts]) =>
      Object.entries(counts).map(([reason, n]) => [`${key} ${state} ${reason}`, n] as const),
    );
  const heldOut = Object.entries(result.heldOut.byCampaign).map(
    ([key, n]) => [`${key} held_out`, n] as const,
  );
  const sorted = (entries: (readonly [string, number])[]) =>
    Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { sent: sorted(sent), rest: sorted([...heldOut, ...reasons('suppressed'), ...reasons('expired')]) };
}

describe('the time machine', () => {
  it('says of each day what that day then brings, as long as the book does not change', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(bookArbitrary, async (book) => {
        await load(book);
        clock.set(`${from}T00:00:00Z`);
        const foreseen = simulated(await on.app.get(SimulatorService).run({ from, days }));
        expect(await underWay()).toBe(0);
        await liveThrough();
        expect(foreseen).toEqual(await lived());
        for (const key of Object.keys(foreseen.rest)) seen.add(key.replace(/^\S+ /, ''));
        for (const key of Object.keys(foreseen.sent)) seen.add(key.slice(11));
      }),
      { numRuns: 1, seed, endOnFailure: true },
    );
    // The kinds of campaign and of ending have all come to pass.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        ...programme.map(({ key }) => key),
        ...['held_out', 'suppressed frequency_cap', 'suppressed litigation'],
      ]),
    );
  });
});
