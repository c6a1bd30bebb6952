import type { Temporal } from 'temporal-polyfill';
import { CellProblem, type CellReader, type ImportClock, type ImportCode } from './cell-problem.js';
import {
  byKind,
  importColumns,
  importFiles,
  type Column,
  type ImportKind,
  type ImportRows,
} from './columns.js';

/** One thing that is wrong with a row: where, what stood there, which kind of wrong, and how to mend it. */
export interface ImportIssue {
  readonly column: string;
  readonly value: string;
  readonly code: ImportCode;
  readonly message: string;
}

export type ImportResult<R> =
  { readonly ok: true; readonly row: R } | { readonly ok: false; readonly issues: readonly ImportIssue[] };

interface Reader {
  readonly column: string;
  readonly read: CellReader<unknown>;
  readonly required: boolean;
}

const readers = byKind((kind): readonly Reader[] =>
  Object.entries<Column>(importFiles[kind]).map(([column, { read, required }]) => ({
    column,
    read,
    required,
  })),
);

const known = byKind((kind): ReadonlySet<string> => new Set(importColumns[kind]));

/**
 * Reads one row of an import file: cells of CSV by column ('' is absent), or an object of NDJSON (null is absent,
 * values may be typed). Says everything that is wrong with the row at once, a line a cell.
 *
 * What only the book knows (an id twice in one file, a policy of an unknown customer, a change of status that
 * cannot be) is not judged here.
 *
 * @param now the moment of the import: a birth cannot lie after it.
 */
export function parseImportRow<K extends ImportKind>(
  kind: K,
  raw: Readonly<Record<string, unknown>>,
  now: Temporal.Instant,
): ImportResult<ImportRows[K]> {
  const clock = clockAt(now);
  const row: Record<string, unknown> = {};
  let issues: ImportIssue[] | null = null;
  for (const { column, read, required } of readers[kind]) {
    const cell = raw[column];
    if (cell === undefined || cell === null || cell === '' || (typeof cell === 'string' && isBlank(cell))) {
      if (required) (issues ??= []).push(issue(column, cell, 'required', 'must not be empty'));
      row[column] = null;
      continue;
    }
    const value = read(cell, clock);
    if (value instanceof CellProblem) (issues ??= []).push(issue(column, cell, value.code, value.message));
    else row[column] = value;
  }
  for (const column in raw) {
    if (known[kind].has(column)) continue;
    (issues ??= []).push(issue(column, raw[column], 'unknown_column', unknownColumnMessage(kind)));
  }
  if (issues === null) issues = rowIssues(kind, row);
  return issues === null ? { ok: true, row: row as ImportRows[K] } : { ok: false, issues };
}

// An import hands in the same moment with every row: it is written out once.
let lastMoment: Temporal.Instant | null = null;
let lastClock: ImportClock = { tomorrow: '' };

function clockAt(moment: Temporal.Instant): ImportClock {
  if (moment !== lastMoment) {
    const tomorrow = new Date(moment.epochMilliseconds + 86_400_000);
    lastClock = { tomorrow: tomorrow.toISOString().slice(0, 10) };
    lastMoment = moment;
  }
  return lastClock;
}

/** What to say of a column that a kind of file does not have; for headers and for rows alike. */
export function unknownColumnMessage(kind: ImportKind): string {
  return `is not a column of ${kind}; its columns are ${importColumns[kind].join(', ')}`;
}

function isBlank(cell: string): boolean {
  const first = cell.charCodeAt(0);
  return (first <= 32 || first > 126) && cell.trim() === '';
}

/** What is wrong between the cells of a row whose cells are right. */
function rowIssues(kind: ImportKind, row: Record<string, unknown>): ImportIssue[] | null {
  if (kind === 'events' && row['customer_id'] === null && row['policy_id'] === null) {
    return [
      issue('customer_id', null, 'required', 'must not be empty when policy_id is: whose event is it?'),
    ];
  }
  return kind === 'policies' ? datesBeforeStart(row) : null;
}

function datesBeforeStart(row: Record<string, unknown>): ImportIssue[] | null {
  const start = row['start_date'] as string;
  const wrong = ['renewal_date', 'end_date'].filter((column) => {
    const date = row[column];
    return typeof date === 'string' && date < start;
  });
  if (wrong.length === 0) return null;
  return wrong.map((column) =>
    issue(column, row[column], 'before_start', `lies before the start_date, ${start}`),
  );
}

/** As much of a bad cell as a person needs to find it. */
const mostShown = 200;

function issue(column: string, cell: unknown, code: ImportCode, message: string): ImportIssue {
  const written =
    typeof cell === 'string' ? cell : cell === undefined || cell === null ? '' : JSON.stringify(cell);
  const value = written.length > mostShown ? `${written.slice(0, mostShown)}…` : written;
  return { column: column.slice(0, mostShown), value, code, message };
}
