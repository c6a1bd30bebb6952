import { importColumns, type ImportKind, type ImportRows } from '@aftercare/domain';
import { dayOf } from './civil-days.js';
import { randomOf } from './random.js';
import { inventEncounters, inventEvents, inventInstalments } from './sample-history.js';
import { inventHousehold } from './sample-people.js';
import { inventPolicy } from './sample-policies.js';

export interface SampleOptions {
  customers: number;
  /** The same seed, day and number of customers give the same book, to the byte. */
  seed: string;
  /** The day the book is made, YYYY-MM-DD: renewals, payments and events lie round it. */
  today: string;
}

/** All that belongs to one household, as rows of the import files. */
export type SampleRows = { [Kind in ImportKind]: ImportRows[Kind][] };

const policiesPerCustomer = [
  [0, 5],
  [1, 55],
  [2, 25],
  [3, 11],
  [4, 4],
] as const;

/**
 * Invents a book of business, one household after the other; about three policies for two customers.
 *
 * It looks like an insurer's: families at one address and some at one mail address, five lines, renewals on every
 * day of the year to come and a few more just as far ahead as reminders are sent, missed payments and grace, lapses,
 * claims, complaints, talks, lawsuits, deaths, people without an agent, without an address, without consent. Nobody in it exists.
 */
export function* inventBook({ customers, seed, today }: SampleOptions): Generator<SampleRows> {
  const day = dayOf(today);
  for (let number = 1; number <= customers;) {
    const random = randomOf(seed, number);
    const encounters = randomOf(`${seed} encounters`, number);
    const { place, people } = inventHousehold(random, number, customers - number + 1, day);
    const rows: SampleRows = { customers: people, policies: [], instalments: [], events: [] };
    for (const [index, person] of people.entries()) {
      const deceased = random.chance(0.02);
      const owner = { customerId: person.customer_id, number: number + index, place, deceased };
      const count = Math.max(deceased ? 1 : 0, random.weighted(policiesPerCustomer));
      for (let nth = 0; nth < count; nth += 1) {
        const policy = inventPolicy(random, owner, nth, day);
        rows.policies.push(policy.row);
        rows.instalments.push(...inventInstalments(random, policy, day));
        rows.events.push(...inventEvents(random, policy, day));
      }
      const own = rows.policies.filter((policy) => policy.customer_id === person.customer_id);
      rows.events.push(...inventEncounters(encounters, person.customer_id, own, day));
    }
    yield rows;
    number += people.length;
  }
}

/** The header of a kind of import file. */
export function csvHeader(kind: ImportKind): string {
  return `${importColumns[kind].join(',')}\n`;
}

/** Rows as lines of CSV, cells in the order of {@link csvHeader}. */
export function csvLines<Kind extends ImportKind>(kind: Kind, rows: readonly ImportRows[Kind][]): string {
  let text = '';
  for (const row of rows as readonly Record<string, unknown>[]) {
    let line = '';
    for (const column of importColumns[kind]) line += `,${csvCell(row[column])}`;
    text += `${line.slice(1)}\n`;
  }
  return text;
}

function csvCell(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'object') return `"${JSON.stringify(value).replaceAll('"', '""')}"`;
  if (typeof value !== 'string') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
