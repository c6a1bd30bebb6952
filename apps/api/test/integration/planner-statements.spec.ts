import { campaignSchema, type Campaign } from '@aftercare/domain';
import pg from 'pg';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { clearCampaigns, plannerOn, startCampaign } from './planner-support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const lastTick = Temporal.Instant.from('2026-03-08T12:00Z');
const now = Temporal.Instant.from('2026-03-09T12:00Z');

function campaign(given: Partial<Record<keyof Campaign, unknown>>): Campaign {
  return campaignSchema.parse({
    ...{ name: 'One', class: 'service', topic: 'care', subject: 'customer', audience: { all: [] } },
    ...{ catchUpHours: 72, ...given },
  });
}

describe('the planner’s statements', () => {
  /** One campaign of each kind of trigger, whose step is due for every policy or customer. */
  const everyKind = [
    campaign({
      ...{ key: 'date', subject: 'policy' },
      trigger: { type: 'date', field: 'policy.renewalDate' },
      steps: [-3, -2, -1].map((days) => ({ key: `t${days}`, offsetDays: days, at: '09:00', template: 'x' })),
    }),
    campaign({
      ...{ key: 'once', subject: 'policy' },
      trigger: { type: 'once', at: '2026-03-09T09:00' },
      steps: [{ key: 'o', template: 'x' }],
    }),
    campaign({
      key: 'recurring',
      trigger: { type: 'recurring', rrule: 'FREQ=MONTHLY;BYMONTHDAY=9', at: '09:00' },
      steps: [
        {
          key: 'r',
          template: 'x',
          variants: [
            { key: 'a', share: 0.5 },
            { key: 'b', share: 0.5 },
          ],
        },
      ],
    }),
    campaign({
      key: 'event',
      trigger: { type: 'event', event: 'claim_closed' },
      steps: [{ key: 'e', offsetDays: 1, at: '09:00', template: 'x' }],
    }),
    campaign({
      key: 'silence',
      trigger: { type: 'date', field: 'customer.lastContact' },
      steps: [{ key: 's', offsetDays: 5, at: '09:00', template: 'x' }],
    }),
  ];

  it('are as many for a thousand policies in three zones as for one, whatever the trigger', async () => {
    const statements: number[] = [];
    // The first time makes the ledger's months as well.
    for (const size of [1, 1, 1000]) {
      await clearCampaigns(database.dataSource);
      await database.dataSource.query('TRUNCATE customers, policies CASCADE');
      await database.dataSource.query(
        `INSERT INTO customers (customer_id, time_zone)
         SELECT 'c' || n, (ARRAY['UTC', 'Europe/Madrid', 'Asia/Tokyo'])[n % 3 + 1] FROM generate_series(1, $1::int) n`,
        [size],
      );
      await database.dataSource.query(
        `INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date)
         SELECT 'p' || n, 'c' || n, 'motor', 'in_force', '2020-01-01', '2026-03-10' FROM generate_series(1, $1::int) n`,
        [size],
      );
      await database.dataSource.query(
        `INSERT INTO customer_events (event_id, type, customer_id, at)
         SELECT type || n, type, 'c' || n, moment::timestamptz FROM generate_series(1, $1::int) n,
           (VALUES ('claim_closed', '2026-03-08T12:00Z'), ('contact', '2026-03-04T12:00Z')) AS kind (type, moment)`,
        [size],
      );
      for (const each of everyKind) {
        const watermarks = Object.fromEntries(each.steps.map(({ key }) => [key, lastTick]));
        await startCampaign(database.dataSource, each, watermarks);
      }
      const query = vi.spyOn(pg.Client.prototype, 'query');
      const { byCampaign } = await plannerOn(database.dataSource).plan(now);
      statements.push(query.mock.calls.length);
      query.mockRestore();
      const rows = Object.entries(byCampaign).map(([key, { planned, expired }]) => [key, planned + expired]);
      expect(Object.fromEntries(rows)).toEqual({
        ...{ date: size * 3, once: size, recurring: size, event: size, silence: size },
      });
    }
    expect(statements[2]).toBe(statements[1]);
  });
});
