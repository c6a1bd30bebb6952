import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimedRow } from '../../src/features/deliveries/chunk.repository.js';
import type { Mark } from '../../src/features/deliveries/deliveries.types.js';
import { FactsRepository } from '../../src/features/deliveries/facts.repository.js';
import { JournalRepository } from '../../src/features/deliveries/journal.repository.js';
import { settleOutcome } from '../../src/features/deliveries/settle.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { harness, until } from './deliver-fixture.js';

const months = 20;
const ledgerRows = 20_000;
const batchRows = 10;
const batches = 10;

/** Rows that a table's scans have touched, over all of its partitions. */
interface Reads {
  family: string;
  sequential: number;
  byIndex: number;
  updated: number;
}

/**
 * The statements of dispatch are planned once, before the ledger has statistics, and run for every message: what they
 * read is counted by the database itself.
 */
describe('what dispatch reads of a ledger of twenty months and twenty thousand rows', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    await fill();
  });
  afterAll(() => database.close());
  const sql = <Row>(statement: string, values: unknown[] = []): Promise<Row[]> =>
    database.dataSource.query<Row[]>(statement, values);

  async function fill(): Promise<void> {
    for (let month = 0; month < months; month += 1) {
      for (const table of ['deliveries', 'message_blocks']) {
        await sql(
          `DO $$ BEGIN EXECUTE format('CREATE TABLE ${table}_part_${month} PARTITION OF ${table} FOR VALUES FROM (%L) TO (%L)',
             date '2030-01-01' + interval '${month} months', date '2030-01-01' + interval '${month + 1} months'); END $$`,
        );
      }
    }
    await sql(
      `INSERT INTO customers (customer_id, email) SELECT 'c' || n, 'c' || n || '@example.com' FROM generate_series(1, $1) n`,
      [ledgerRows],
    );
    await sql(
      `INSERT INTO suppressions (address, reason) SELECT 'gone' || n || '@example.com', 'hard_bounce' FROM generate_series(1, 2000) n`,
    );
    await sql(
      `INSERT INTO campaigns (campaign_id, key, name, state, latest_version)
       VALUES ('00000000-0000-0000-0000-000000000001', 'key', 'Name', 'active', 1)`,
    );
    await sql(
      `INSERT INTO deliveries (campaign_id, campaign_version, step, subject_id, anchor_date, customer_id, class, topic,
                               priority, template, due_at, contact_on, expires_at, state, state_at, chunk_id, claim)
       SELECT '00000000-0000-0000-0000-000000000001', 1, 's', 'c' || n,
              (date '2030-01-15' + (n % $2) * interval '1 month')::date, 'c' || n, 'service', 'renewals', 10, 'welcome',
              '2030-01-01Z', '2030-01-01', '2033-01-01Z', 'planned', '2030-01-01Z', gen_random_uuid(), gen_random_uuid()
         FROM generate_series(1, $1) n`,
      [ledgerRows, months],
    );
  }

  async function reads(): Promise<Reads[]> {
    return sql<Reads>(
      `SELECT regexp_replace(relname, '_part_.*', '') AS family, sum(seq_tup_read)::int AS sequential,
              sum(coalesce(idx_tup_fetch, 0))::int AS "byIndex", sum(n_tup_upd)::int AS updated
         FROM pg_stat_user_tables
        WHERE relname ~ '^(deliveries|customers|suppressions|consent_state|policies|instalments)'
        GROUP BY 1`,
    );
  }

  /** Lets the platform work on the ledger, and counts what that read once its connections are closed. */
  async function readsOf(
    work: (journal: JournalRepository, facts: FactsRepository, rows: ClaimedRow[]) => Promise<void>,
    updates: number,
  ): Promise<Record<string, Omit<Reads, 'family' | 'updated'>>> {
    const rows = await sql<ClaimedRow>(
      `SELECT delivery_id AS "deliveryId", anchor_date AS "anchorDate", claim, customer_id AS "customerId", class, topic,
              campaign_id AS "campaignId", due_at AS "dueAt", 0 AS attempts, false AS doubted
         FROM deliveries WHERE state = 'planned' ORDER BY delivery_id LIMIT $1`,
      [batchRows * batches],
    );
    await sql(`SELECT pg_stat_force_next_flush()`);
    const before = new Map((await reads()).map((line) => [line.family, line]));
    const on = await harness({ database });
    await work(on.app.get(JournalRepository), on.app.get(FactsRepository), rows);
    await on.close();
    let after: Reads[] = [];
    // A connection hands in its counts when it closes.
    await until('the counts of closed connections', async () => {
      after = await reads();
      const grown = (family: string, count: 'byIndex' | 'updated') =>
        (after.find((line) => line.family === family)?.[count] ?? 0) - (before.get(family)?.[count] ?? 0);
      return updates > 0 ? grown('deliveries', 'updated') >= updates : grown('customers', 'byIndex') > 0;
    });
    return Object.fromEntries(
      after.map(({ family, sequential, byIndex }) => [
        family,
        {
          sequential: sequential - before.get(family)!.sequential,
          byIndex: byIndex - before.get(family)!.byIndex,
        },
      ]),
    );
  }

  it('is the rows that are written, for marks and for outcomes, and one address for each that bounced', async () => {
    const all = batchRows * batches;
    const found = await readsOf(async (journal, _facts, rows) => {
      for (let at = 0; at < all; at += batchRows) {
        const batch = rows.slice(at, at + batchRows);
        expect((await journal.write([], batch.map(markOf), false)).size).toBe(batchRows);
        const refused = {
          kind: 'refused',
          permanent: true,
          stage: 'rcpt',
          code: 550,
          status: '5.1.1',
          reply: '550 5.1.1 no such person',
        } as const;
        await journal.write(
          batch.map((row) => settleOutcome(row, refused, `${row.customerId}@example.com`)),
          [],
          false,
        );
      }
    }, 2 * all);
    expect(await sql(`SELECT count(*)::int AS n FROM deliveries WHERE state = 'bounced'`)).toEqual([
      { n: all },
    ]);
    expect(await sql(`SELECT count(*)::int AS n FROM suppressions WHERE address LIKE 'c%'`)).toEqual([
      { n: all },
    ]);
    // A row is looked up for its mark and for its outcome; new versions of a row may be passed on the way.
    expect(found['deliveries']!.sequential).toBe(0);
    expect(found['deliveries']!.byIndex).toBeLessThanOrEqual(4 * all);
    expect(found['suppressions']).toEqual({ sequential: 0, byIndex: 0 });
  });

  it('is what concerns the readers of a batch, for the facts of the contact gate', async () => {
    const all = batchRows * batches;
    const found = await readsOf(async (_journal, facts, rows) => {
      for (let at = 0; at < all; at += batchRows) {
        const batch = rows.slice(at, at + batchRows);
        expect((await facts.load(batch, new Date('2030-01-02Z'))).size).toBe(batchRows);
      }
    }, 0);
    for (const [, { sequential, byIndex }] of Object.entries(found)) {
      expect(sequential).toBe(0);
      expect(byIndex).toBeLessThanOrEqual(2 * all);
    }
    expect(found['customers']!.byIndex).toBeGreaterThanOrEqual(all);
  });
});

const markOf = ({ deliveryId, anchorDate, claim, customerId }: ClaimedRow): Mark => ({
  ...{ deliveryId, anchorDate, claim, recipient: `${customerId}@example.com` },
  ...{
    messageId: `<${deliveryId}@example.com>`,
    mergedInto: null,
    subject: 's',
    raw: Buffer.from('bytes'),
    dictionary: null,
  },
});
