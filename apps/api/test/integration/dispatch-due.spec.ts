import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { ReleaseRepository } from '../../src/features/deliveries/release.repository.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { asOf, harness, type Harness } from './deliver-fixture.js';

describe('the months of the ledger in which a release looks for rows', () => {
  let on: Harness;
  beforeAll(async () => {
    on = await harness();
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  it('are all that can have the anchor of a window that is open, anywhere on Earth', async () => {
    const lastMinutes = Temporal.Instant.from('2031-05-06T11:00:00Z');
    const step = { key: 's', template: 'renewal-reminder' };
    await on.people(2);
    // Half an hour ago it was half past midnight on 7 May, the first day to have come.
    await on.sql(`UPDATE customers SET time_zone = 'Pacific/Kiritimati' WHERE customer_id = 'c1'`);
    await on.sql(`UPDATE policies SET renewal_date = date '2031-05-07' + 300 WHERE policy_id = 'p1'`);
    await on.campaign({
      ...{ key: 'ahead', catchUpHours: 1 },
      steps: [{ ...step, offsetDays: -300, at: '00:30' }],
    });
    // In half an hour it will be two days since half past eleven in the evening of 3 May, on the last day to end.
    await on.sql(`UPDATE customers SET time_zone = 'Etc/GMT+12' WHERE customer_id = 'c2'`);
    await on.sql(`UPDATE policies SET renewal_date = date '2031-05-03' - 300 WHERE policy_id = 'p2'`);
    await on.campaign({
      ...{ key: 'behind', catchUpHours: 48 },
      steps: [{ ...step, offsetDays: 300, at: '23:30' }],
    });
    await on.app.get(PlannerService).plan(lastMinutes);
    expect(await on.app.get(DispatchService).release(lastMinutes, lastMinutes)).toBe(2);
  });

  it('are those alone: what was planned in other years is not even thought of', async () => {
    await on.people(1);
    await on.campaign();
    await on.plan();
    await on.sql(
      `CREATE TABLE deliveries_2029_01 PARTITION OF deliveries FOR VALUES FROM ('2029-01-01') TO ('2029-02-01')`,
    );
    const months = await on.app.get(Transactions).run(async (tx) => {
      const due = await on.app.get(ReleaseRepository).due(tx, new Date(asOf.epochMilliseconds), 10);
      expect(due).toHaveLength(1);
      return tx.query<{ name: string }[]>(
        `SELECT relation::regclass::text AS name FROM pg_locks
          WHERE pid = pg_backend_pid() AND relation::regclass::text ~ '^deliveries_\\d{4}_\\d{2}$'`,
      );
    });
    expect(months).toEqual([{ name: 'deliveries_2031_06' }]);
  });
});
