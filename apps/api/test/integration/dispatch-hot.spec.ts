import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** What a mark or an outcome changes of a row that goes out the first time and arrives. */
const changedByHandOver = [
  ...['state', 'reason', 'state_at', 'message_id', 'smtp_reply', 'sent_at', 'claim'],
  ...['subject_line', 'block_id', 'block_start', 'block_length'],
];

let database: TestDatabase;
beforeAll(async () => (database = await testDatabase()));
afterAll(() => database.close());

it('no index of the ledger names what a hand-over changes: it would make each of them write to all indexes', async () => {
  const indexes = await database.dataSource.query<{ name: string; columns: string[] }[]>(
    `SELECT index.relname AS name, array_agg(column_.attname::text) AS columns
       FROM pg_index i
       JOIN pg_class index ON index.oid = i.indexrelid
       JOIN pg_am kind ON kind.oid = index.relam
       JOIN pg_depend needs ON needs.classid = 'pg_class'::regclass AND needs.objid = i.indexrelid
        AND needs.refobjid = i.indrelid AND needs.refobjsubid > 0
       JOIN pg_attribute column_ ON column_.attrelid = i.indrelid AND column_.attnum = needs.refobjsubid
      -- Of BRIN alone PostgreSQL knows how to do without.
      WHERE i.indrelid = 'deliveries'::regclass AND kind.amname <> 'brin'
      GROUP BY 1`,
  );
  expect(indexes.map(({ name }) => name)).toContain('deliveries_waiting');
  for (const { name, columns } of indexes) {
    expect(
      columns.filter((column) => changedByHandOver.includes(column)),
      name,
    ).toEqual([]);
  }
});
