import { importKinds, parseImportRow, type ImportKind } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { dayOf } from './civil-days.js';
import { csvLines, inventBook, type SampleRows } from './sample-book.js';

const today = '2028-02-29'; // a leap day, which the year before and the year after do not have
const book = collect(2000);

function collect(customers: number, seed = 'sample'): SampleRows {
  const all: SampleRows = { customers: [], policies: [], instalments: [], events: [] };
  for (const household of inventBook({ customers, seed, today })) {
    for (const kind of importKinds) (all[kind] as unknown[]).push(...household[kind]);
  }
  return all;
}

const share = <Row>(rows: readonly Row[], which: (row: Row) => boolean) =>
  rows.filter(which).length / rows.length;
const text = (rows: SampleRows) => importKinds.map((kind) => csvLines(kind, rows[kind] as never)).join('');

describe('the sample book', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(text(collect(300))).toBe(text(collect(300)));
    expect(text(collect(300, 'other'))).not.toBe(text(collect(300)));
  });

  it('begins the same whatever its size', () => {
    const some = text(collect(200)).split('\n').slice(0, 190);
    expect(text(collect(900)).split('\n').slice(0, 190)).toEqual(some);
  });

  it.each(importKinds)('has %s that the import takes without a fault, each once', (kind: ImportKind) => {
    const now = Temporal.Instant.from(`${today}T12:00:00Z`);
    const faults = book[kind].map((row) => parseImportRow(kind, { ...row }, now)).filter(({ ok }) => !ok);
    expect(faults).toEqual([]);
    const identity = (row: object) =>
      Object.values(row)
        .slice(0, kind === 'instalments' ? 2 : 1)
        .join(' ');
    expect(new Set(book[kind].map(identity)).size).toBe(book[kind].length);
  });

  it('has 2,000 customers and about 3,000 policies over five lines', () => {
    expect(book.customers).toHaveLength(2000);
    expect(book.policies.length).toBeGreaterThan(2800);
    expect(book.policies.length).toBeLessThan(3300);
    expect(new Set(book.policies.map(({ line }) => line))).toEqual(
      new Set(['motor', 'home', 'life', 'health', 'travel']),
    );
  });

  it('has nobody’s address: all mail goes under example.com or .test', () => {
    const addresses = book.customers.flatMap(({ email }) => email ?? []);
    expect(addresses.filter((email) => !/@([a-z]+\.)*(example\.com|test)$/.test(email))).toEqual([]);
  });

  it('has families at one address, orphans, people without mail, two languages and many zones', () => {
    const addresses = book.customers.flatMap(({ email }) => email ?? []);
    expect(addresses.length - new Set(addresses).size).toBeGreaterThan(100);
    expect(share(book.customers, ({ agent_id: agent }) => agent === null)).toBeGreaterThan(0.2);
    expect(share(book.customers, ({ email }) => email === null)).toBeGreaterThan(0.02);
    expect(share(book.customers, ({ locale }) => locale === 'zh-CN')).toBeGreaterThan(0.15);
    expect(new Set(book.customers.map(({ time_zone: zone }) => zone)).size).toBeGreaterThan(8);
  });

  it('has every way a policy can stand, deaths, do-not-renew flags, open complaints', () => {
    expect(new Set(book.policies.map(({ status }) => status)).size).toBe(8);
    const deaths = new Set(
      book.policies.filter(({ status }) => status === 'claim_death').map((row) => row.customer_id),
    );
    expect(deaths.size / 2000).toBeCloseTo(0.02, 2);
    expect(book.policies.filter((row) => row.do_not_renew).length).toBeGreaterThan(20);
    const count = (type: string) => book.events.filter((event) => event.type === type).length;
    expect(count('complaint_opened')).toBeGreaterThan(count('complaint_closed'));
    expect(count('death_reported')).toBe(deaths.size);
  });

  it('has people lately in touch and people silent for long, some who need care, a few lawsuits', () => {
    const times = (type: string) =>
      book.events.filter((event) => event.type === type).map(({ customer_id: id }) => id);
    const inTouch = new Set(times('contact'));
    expect(inTouch.size / 2000).toBeGreaterThan(0.35);
    expect(inTouch.size / 2000).toBeLessThan(0.6);
    expect(times('vulnerability_flagged').length / 2000).toBeCloseTo(0.025, 2);
    expect(times('litigation_opened').length).toBeGreaterThan(2);
    expect(times('litigation_opened').length).toBeLessThan(25);
    for (const [opened, closed] of [
      ['vulnerability_flagged', 'vulnerability_cleared'],
      ['litigation_opened', 'litigation_closed'],
    ] as const) {
      expect(times(closed).length).toBeLessThan(times(opened).length);
      expect(times(closed).length).toBeGreaterThan(0);
    }
  });

  it('has renewals on every day ahead, and more where reminders are sent', () => {
    const days = book.policies.flatMap((row) =>
      row.status === 'in_force' && row.renewal_date ? dayOf(row.renewal_date) - dayOf(today) : [],
    );
    for (const day of [45, 30, 14, 3]) expect(days.filter((each) => each === day).length).toBeGreaterThan(8);
    expect(new Set(days).size).toBeGreaterThan(350);
    expect(Math.min(...days)).toBeGreaterThan(0);
  });

  it('has an unpaid instalment behind every grace, and its last days still to come for most', () => {
    const unpaid = new Set(
      book.instalments
        .filter((row) => row.paid_at === null && row.due_date <= today)
        .map((row) => row.policy_id),
    );
    const grace = book.policies.filter(({ status }) => status === 'grace');
    expect(grace.length).toBeGreaterThan(40);
    expect(grace.filter((row) => !unpaid.has(row.policy_id))).toEqual([]);
  });
});
