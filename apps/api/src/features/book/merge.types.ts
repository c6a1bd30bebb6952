import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../../platform/database/tx.js';
import type { ImportCounts } from './import-stage.repository.js';

/** What a merge needs to know beside the staged rows. */
export interface MergeContext {
  /** The columns the file speaks of; others stay as they are. */
  columns: ReadonlySet<string>;
  /** The moment of the import. */
  now: Temporal.Instant;
}

/** How staged rows of one kind become part of the book. Every step is one statement over all rows. */
export interface Merge {
  /** The columns by which a row is known again. */
  readonly identity: readonly string[];
  /** The tables that it fills. */
  readonly tables: readonly string[];
  /** Gives the verdict on each staged row: faulty, created, updated or unchanged. Changes nothing in the book. */
  decide(tx: Tx, context: MergeContext): Promise<void>;
  /** Writes what was decided. Where `counts` has none, nothing is asked of the database. */
  apply(tx: Tx, context: MergeContext, counts: ImportCounts): Promise<void>;
  /** Brings what follows from the rows up to date, those that were equal included: rules may be newer than a row. */
  settle?(tx: Tx, context: MergeContext): Promise<void>;
}

/**
 * What the merge writes into each column: what the file says, or, of a column it does not speak of, what the book
 * has. `stage` and `book` are the names of the two rows in the statement.
 */
export function nextValues(
  columns: readonly string[],
  context: MergeContext,
  book: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    columns.map((column) => [column, `${context.columns.has(column) ? 'stage' : book}.${column}`]),
  );
}
