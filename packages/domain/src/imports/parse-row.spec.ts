import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { importedEventTypes, internalEventTypes } from '../events/event-types.js';
import { importColumns, importKinds, requiredColumns, type ImportKind } from './columns.js';
import { parseImportRow } from './parse-row.js';

const now = Temporal.Instant.from('2026-11-22T10:00:00Z');

const minimal: Record<ImportKind, Record<string, string>> = {
  customers: { customer_id: 'C1' },
  policies: {
    policy_id: 'P1',
    customer_id: 'C1',
    line: 'motor',
    status: 'in_force',
    start_date: '2024-02-29',
  },
  instalments: { policy_id: 'P1', due_date: '2026-12-01' },
  events: { event_id: 'E1', type: 'contact', customer_id: 'C1', at: '2026-01-02T03:04:05Z' },
};

/** `column code` of each thing that is wrong when the row is changed so. */
function wrong(kind: ImportKind, change: Record<string, unknown>): string[] {
  const result = parseImportRow(kind, { ...minimal[kind], ...change }, now);
  return result.ok ? [] : result.issues.map(({ column, code }) => `${column} ${code}`);
}

describe('parseImportRow', () => {
  it.each(importKinds)(
    'reads a row of %s that has the required cells alone, the others being null',
    (kind) => {
      const result = parseImportRow(kind, minimal[kind], now);
      expect(result.ok && Object.keys(result.row)).toEqual(importColumns[kind]);
      expect(result.ok && Object.values(result.row).filter((value) => value !== null)).toHaveLength(
        Object.keys(minimal[kind]).length,
      );
    },
  );

  it.each(importKinds)('reads a row of %s in which the other cells are empty, blank or null', (kind) => {
    for (const empty of ['', '  ', '\u00a0', null, undefined]) {
      const others = Object.fromEntries(importColumns[kind].map((column) => [column, empty]));
      expect(wrong(kind, { ...others, ...minimal[kind] })).toEqual([]);
    }
  });

  it.each(importKinds.flatMap((kind) => requiredColumns[kind].map((column) => [kind, column] as const)))(
    'refuses a row of %s without its %s',
    (kind, column) => {
      expect(wrong(kind, { [column]: '' })).toEqual([`${column} required`]);
      expect(wrong(kind, { [column]: ' \t' })).toEqual([`${column} required`]);
    },
  );

  it('reads a whole policy, cell by cell', () => {
    const result = parseImportRow(
      'policies',
      {
        ...minimal.policies,
        product: ' Motor Plus ',
        renewal_date: '2027-02-28',
        end_date: '2024-02-29',
        premium_minor: '048050',
        currency: 'EUR',
        payment_mode: 'annual',
        sum_insured_minor: '0',
        previous_premium_minor: '46000',
        do_not_renew: 'TRUE',
        time_zone: 'Europe/Madrid',
        insured_object: '{"make":"Seat","year":2019}',
      },
      now,
    );
    expect(result).toEqual({
      ok: true,
      row: {
        policy_id: 'P1',
        customer_id: 'C1',
        line: 'motor',
        product: 'Motor Plus',
        status: 'in_force',
        start_date: '2024-02-29',
        renewal_date: '2027-02-28',
        end_date: '2024-02-29',
        premium_minor: 48050,
        currency: 'EUR',
        payment_mode: 'annual',
        sum_insured_minor: 0,
        previous_premium_minor: 46000,
        do_not_renew: true,
        time_zone: 'Europe/Madrid',
        insured_object: { make: 'Seat', year: 2019 },
      },
    });
  });

  it('reads typed values of NDJSON as it reads their text', () => {
    const result = parseImportRow(
      'policies',
      { ...minimal.policies, premium_minor: 48050, do_not_renew: false, insured_object: { make: 'Seat' } },
      now,
    );
    expect(result.ok && result.row).toMatchObject({
      premium_minor: 48050,
      do_not_renew: false,
      insured_object: { make: 'Seat' },
    });
  });

  it('takes every event that a core system knows, and none that only Aftercare can know', () => {
    const event = (type: string) => parseImportRow('events', { ...minimal.events, type }, now);
    for (const type of importedEventTypes) expect(event(type)).toMatchObject({ ok: true, row: { type } });
    for (const type of internalEventTypes) {
      const message = expect.stringContaining('recorded by Aftercare itself');
      const issue = { column: 'type', value: type, code: 'internal_event', message };
      expect(event(type)).toEqual({ ok: false, issues: [issue] });
    }
    expect(event('fire')).toMatchObject({ issues: [{ code: 'not_a_choice' }] });
  });

  it('says everything that is wrong with a row at once: where, what, which kind and how to mend it', () => {
    const result = parseImportRow(
      'policies',
      {
        policy_id: 'P1',
        customer_id: '',
        line: 'boat',
        status: 'in_force',
        start_date: '2026-02-30',
        colour: 'red',
      },
      now,
    );
    expect(result).toEqual({
      ok: false,
      issues: [
        { column: 'customer_id', value: '', code: 'required', message: 'must not be empty' },
        {
          column: 'line',
          value: 'boat',
          code: 'not_a_choice',
          message: 'is not one of motor, home, life, health, travel, commercial',
        },
        {
          column: 'start_date',
          value: '2026-02-30',
          code: 'no_such_date',
          message: 'the date 2026-02-30 does not exist',
        },
        {
          column: 'colour',
          value: 'red',
          code: 'unknown_column',
          message: expect.stringContaining('policy_id, customer_id'),
        },
      ],
    });
  });

  it('refuses unknown keys, those that every object inherits among them', () => {
    expect(wrong('customers', { constructor: 'x' })).toEqual(['constructor unknown_column']);
    const fromNdjson = JSON.parse('{"__proto__": "x"}') as Record<string, unknown>;
    expect(wrong('customers', fromNdjson)).toEqual(['__proto__ unknown_column']);
  });

  it('shows only as much of a huge cell as a person needs', () => {
    const result = parseImportRow('customers', { customer_id: 'x'.repeat(5000) }, now);
    expect(!result.ok && result.issues[0]).toMatchObject({ code: 'too_long', value: `${'x'.repeat(200)}…` });
  });

  it('refuses a policy that is renewed or ends before it starts', () => {
    expect(wrong('policies', { renewal_date: '2024-02-28', end_date: '2024-02-28' })).toEqual([
      'renewal_date before_start',
      'end_date before_start',
    ]);
  });

  it('refuses an event of nobody', () => {
    expect(wrong('events', { customer_id: '', policy_id: '' })).toEqual(['customer_id required']);
    expect(wrong('events', { customer_id: '', policy_id: 'P1' })).toEqual([]);
  });

  it('judges what is yet to come by the moment it is given, whatever it was given before', () => {
    const born = { customer_id: 'C1', birth_date: '2026-11-24' };
    expect(parseImportRow('customers', born, now).ok).toBe(false);
    expect(parseImportRow('customers', born, now.add({ hours: 24 })).ok).toBe(true);
    expect(parseImportRow('customers', born, now).ok).toBe(false);
  });
});
