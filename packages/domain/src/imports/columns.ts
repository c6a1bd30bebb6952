import { lines, paymentModes, policyStatuses } from '../policy/policy.js';
import type { CellReader } from './cell-problem.js';
import * as cells from './cells.js';
import { eventType } from './event-type-cell.js';

export interface Column<T = unknown> {
  readonly read: CellReader<T>;
  readonly required: boolean;
}

const required = <T>(read: CellReader<T>): { read: CellReader<T>; required: true } => ({
  read,
  required: true,
});
const optional = <T>(read: CellReader<T>): { read: CellReader<T>; required: false } => ({
  read,
  required: false,
});

const id = cells.text(100);
const name = cells.text(200);
const word = cells.text(100);

/**
 * The import files, column by column: the one place that says what a file may hold. Types of rows, lists of
 * columns and the reading of rows all come from here. Not zod: a book has a million rows of sixteen cells, and
 * what is wrong is to be said in the words of a spreadsheet, not of a type.
 */
export const importFiles = {
  customers: {
    customer_id: required(id),
    given_name: optional(name),
    family_name: optional(name),
    email: optional(cells.email),
    phone: optional(cells.text(40)),
    birth_date: optional(cells.pastDate),
    locale: optional(cells.locale),
    time_zone: optional(cells.timeZone),
    region: optional(word),
    postal_code: optional(cells.text(40)),
    marketing_consent: optional(cells.boolean),
    consent_source: optional(name),
    consent_at: optional(cells.instant),
    agent_id: optional(id),
  },
  policies: {
    policy_id: required(id),
    customer_id: required(id),
    line: required(cells.choice(lines)),
    product: optional(name),
    status: required(cells.choice(policyStatuses)),
    start_date: required(cells.civilDate),
    renewal_date: optional(cells.civilDate),
    end_date: optional(cells.civilDate),
    premium_minor: optional(cells.minorUnits),
    currency: optional(cells.currency),
    payment_mode: optional(cells.choice(paymentModes)),
    sum_insured_minor: optional(cells.minorUnits),
    previous_premium_minor: optional(cells.minorUnits),
    do_not_renew: optional(cells.boolean),
    time_zone: optional(cells.timeZone),
    insured_object: optional(cells.json),
  },
  instalments: {
    policy_id: required(id),
    due_date: required(cells.civilDate),
    amount_minor: optional(cells.minorUnits),
    currency: optional(cells.currency),
    paid_at: optional(cells.instant),
  },
  events: {
    event_id: required(id),
    type: required(eventType),
    customer_id: optional(id),
    policy_id: optional(id),
    at: required(cells.instant),
    data: optional(cells.json),
  },
} as const;

/** The files that can be imported, in the order in which they build on each other. */
export const importKinds = ['customers', 'policies', 'instalments', 'events'] as const;
export type ImportKind = (typeof importKinds)[number];

type RowOf<C extends Record<string, { read: CellReader<unknown>; required: boolean }>> = {
  -readonly [K in keyof C]:
    (C[K]['read'] extends CellReader<infer T> ? T : never) | (C[K]['required'] extends true ? never : null);
};

/** Rows as read from files, named as their columns are; null where a cell was empty or absent. */
export type CustomerRow = RowOf<(typeof importFiles)['customers']>;
export type PolicyRow = RowOf<(typeof importFiles)['policies']>;
export type InstalmentRow = RowOf<(typeof importFiles)['instalments']>;
export type EventRow = RowOf<(typeof importFiles)['events']>;

export interface ImportRows {
  customers: CustomerRow;
  policies: PolicyRow;
  instalments: InstalmentRow;
  events: EventRow;
}

/** Every column of each file, in the order of the contract. */
export const importColumns: Readonly<Record<ImportKind, readonly string[]>> = columnNames(() => true);

/** The columns that each file must have, and that no row of it may leave empty. */
export const requiredColumns: Readonly<Record<ImportKind, readonly string[]>> = columnNames(
  (column) => column.required,
);

function columnNames(wanted: (column: Column) => boolean): Record<ImportKind, readonly string[]> {
  return byKind((kind) =>
    Object.entries<Column>(importFiles[kind]).flatMap(([key, column]) => (wanted(column) ? [key] : [])),
  );
}

/** One of something for each kind of file. */
export function byKind<T>(make: (kind: ImportKind) => T): Record<ImportKind, T> {
  return {
    customers: make('customers'),
    policies: make('policies'),
    instalments: make('instalments'),
    events: make('events'),
  };
}
