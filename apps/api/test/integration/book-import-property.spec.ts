import { isRenewal, parseImportRow, policyTransition, type PolicyRow } from '@aftercare/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BookFixture, countsOf, customers } from './book-fixture.js';

let book: BookFixture;
beforeAll(async () => {
  book = await BookFixture.open();
});
afterAll(() => book.close());

const columns = [
  'policy_id',
  'customer_id',
  'line',
  'status',
  'start_date',
  'renewal_date',
  'premium_minor',
] as const;
type Cells = Record<(typeof columns)[number], string>;

/** Rows from a small world, so that ids meet again; some are faulty in themselves, some only beside the book. */
const rowArbitrary: fc.Arbitrary<Cells> = fc.record({
  policy_id: fc.constantFrom('P1', 'P2', 'P3', 'P4', ''),
  customer_id: fc.constantFrom('C1', 'C1', 'C2', 'C9'),
  line: fc.constantFrom('motor', 'life', 'life', 'boat'),
  status: fc.constantFrom('in_force', 'in_force', 'grace', 'lapsed', 'matured'),
  start_date: fc.constantFrom('2020-01-01', '2020-01-01', '2020-02-30'),
  renewal_date: fc.constantFrom('', '2026-12-01', '2027-01-01', '2027-12-01'),
  premium_minor: fc.constantFrom('', '100', '200', '-1'),
});
const filesArbitrary = fc.array(fc.array(rowArbitrary, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 5,
});

interface Kept extends Pick<PolicyRow, 'customer_id' | 'line' | 'status' | 'renewal_date' | 'premium_minor'> {
  term_no: number;
  changes: string[];
}

/** What an import must come to, row by row and one after the other. */
function importedByHand(
  world: Map<string, Kept>,
  rows: readonly Cells[],
  now: ReturnType<BookFixture['clock']['now']>,
) {
  const counts = { received: rows.length, created: 0, updated: 0, unchanged: 0, rejected: 0 };
  const seen = new Set<string>();
  for (const cells of rows) {
    const parsed = parseImportRow('policies', cells, now);
    if (!parsed.ok || seen.has(parsed.row.policy_id)) {
      counts.rejected += 1;
      continue;
    }
    const { policy_id: id, customer_id, line, status, renewal_date, premium_minor } = parsed.row;
    seen.add(id);
    const before = world.get(id);
    const transition = before && policyTransition(before.status, status);
    if (customer_id === 'C9' || (before && before.status !== status && !transition)) {
      counts.rejected += 1;
      continue;
    }
    const after: Kept = {
      ...{ customer_id, line, status, renewal_date, premium_minor },
      term_no: (before?.term_no ?? 1) + Number(before ? isRenewal(before.renewal_date, renewal_date) : false),
      changes: [...(before?.changes ?? []), ...(transition ? [transition] : [])],
    };
    counts[
      !before ? 'created' : JSON.stringify(before) === JSON.stringify(after) ? 'unchanged' : 'updated'
    ] += 1;
    world.set(id, after);
  }
  return counts;
}

it('every row is counted once, and the book is what it would be had a person entered it', async () => {
  await fc.assert(
    fc.asyncProperty(filesArbitrary, async (files) => {
      await book.query('TRUNCATE customers CASCADE');
      await book.import('customers', customers('C1', 'C2'));
      const world = new Map<string, Kept>();
      for (const rows of files) {
        const text = [
          columns.join(','),
          ...rows.map((row) => columns.map((column) => row[column]).join(',')),
        ].join('\n');
        const result = await book.import('policies', text);
        expect(countsOf(result)).toEqual(importedByHand(world, rows, book.clock.now()));
        expect(result.received).toBe(result.created + result.updated + result.unchanged + result.rejected);
        const rejectedLines = new Set((await book.rejects(result)).map(({ line }) => line));
        expect(rejectedLines.size).toBe(result.rejected);
      }
      const kept = await book.query<{ policy_id: string } & Kept>(`
        SELECT policy_id, customer_id, line, status, renewal_date, premium_minor, term_no,
               ARRAY(SELECT transition FROM policy_status_changes change
                      WHERE change.policy_id = policy.policy_id ORDER BY change_id) AS changes
          FROM policies policy ORDER BY policy_id`);
      expect(kept).toEqual(
        [...world]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([policy_id, policy]) => ({ policy_id, ...policy })),
      );
    }),
    { numRuns: 30 },
  );
});
