import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  campaignSchema,
  ledgerIdentity,
  planReference,
  type CustomerFacts,
  type PlannedRow,
  type PolicyFacts,
} from '../../src/index.js';
import { cell, table, type Row } from './table.js';

/*
 * A motor renewal campaign reminds 30, 7 and 1 days before the renewal date at nine in the morning where the customer
 * is, and may be up to 48 hours late. One policy; the planner runs at the times given, and each line says what it
 * added to the ledger. A line that begins with "again" is the same policy at a later time.
 */
const campaign = campaignSchema.parse({
  key: 'motor-renewal',
  name: 'Motor renewal',
  class: 'service',
  topic: 'renewals',
  subject: 'policy',
  audience: { field: 'policy.status', op: 'eq', value: 'in_force' },
  trigger: { type: 'date', field: 'policy.renewalDate' },
  steps: [
    { key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' },
    { key: 't-7', offsetDays: -7, at: '09:00', template: 'renewal-reminder' },
    { key: 't-1', offsetDays: -1, at: '09:00', template: 'renewal-reminder' },
  ],
});

const stories = table(`
  | story                        | renews on  | customer is in   | planner runs at      | last ran at          | ledger gets                                   |
  | ---------------------------- | ---------- | ---------------- | -------------------- | -------------------- | --------------------------------------------- |
  | on the day                   | 2026-12-22 | Europe/Madrid    | 2026-11-22T08:00:00Z | 2026-11-22T07:59:00Z | t-30 planned                                  |
  | a minute too early           | 2026-12-22 | Europe/Madrid    | 2026-11-22T07:59:00Z | 2026-11-22T07:58:00Z | nothing                                       |
  | nine o'clock is local        | 2026-12-22 | Asia/Shanghai    | 2026-11-22T01:00:00Z | 2026-11-22T00:59:00Z | t-30 planned                                  |
  | no zone known: UTC           | 2026-12-22 |                  | 2026-11-22T09:00:00Z | 2026-11-22T08:59:00Z | t-30 planned                                  |
  | before the clocks go back    | 2026-11-24 | Europe/Madrid    | 2026-10-25T08:00:00Z | 2026-10-25T07:59:00Z | t-30 planned                                  |
  | machine was down for a day   | 2026-12-22 | Europe/Madrid    | 2026-11-23T10:00:00Z | 2026-11-22T07:00:00Z | t-30 planned                                  |
  | machine was down for a week  | 2026-12-22 | Europe/Madrid    | 2026-11-29T10:00:00Z | 2026-11-22T07:00:00Z | t-30 expired missed_window                    |
  | again, on the seventh day    | 2026-12-22 | Europe/Madrid    | 2026-12-15T08:00:00Z | 2026-11-29T10:00:00Z | t-7 planned                                   |
  | policy came in a day late    | 2026-12-22 | Europe/Madrid    | 2026-11-23T10:00:00Z | 2026-11-23T09:59:00Z | t-30 planned                                  |
  | policy came in 3 days late   | 2026-12-22 | Europe/Madrid    | 2026-11-25T10:00:00Z | 2026-11-25T09:59:00Z | nothing                                       |
  | down through two reminders   | 2026-12-22 | Europe/Madrid    | 2026-12-21T10:00:00Z | 2026-12-10T00:00:00Z | t-7 expired missed_window, t-1 planned        |
  | down through all three       | 2026-12-22 | Europe/Madrid    | 2027-01-10T00:00:00Z | 2026-11-01T00:00:00Z | t-30 expired missed_window, t-7 expired missed_window, t-1 expired missed_window |
  | leap day                     | 2028-02-29 | Europe/Madrid    | 2028-02-28T08:00:00Z | 2028-02-28T07:59:00Z | t-1 planned                                   |
  | renewal date not known       |            | Europe/Madrid    | 2026-11-22T08:00:00Z | 2026-10-01T00:00:00Z | nothing                                       |
`);

const customer: CustomerFacts = {
  id: 'C1',
  givenName: null,
  familyName: null,
  email: null,
  phone: null,
  birthDate: null,
  locale: null,
  timeZone: null,
  region: null,
  postalCode: null,
  agentId: null,
  marketingConsent: false,
  hasOpenComplaint: false,
  isDeceased: false,
  policyCount: 1,
  lines: ['motor'],
};
const policy: PolicyFacts = {
  id: 'P1',
  line: 'motor',
  product: null,
  status: 'in_force',
  startDate: '2020-01-01',
  renewalDate: null,
  endDate: null,
  premiumMinor: null,
  previousPremiumMinor: null,
  currency: null,
  paymentMode: null,
  sumInsuredMinor: null,
  doNotRenew: false,
  timeZone: null,
  termNumber: 1,
  statusSince: null,
  graceEndsOn: null,
  renewed: false,
  firstUnpaidDueOn: null,
};

function plan(row: Row, ledger: ReadonlySet<string>, given = campaign): PlannedRow[] {
  const lastRan = Temporal.Instant.from(cell(row, 'last ran at'));
  return planReference({
    campaign: given,
    book: [
      {
        facts: { ...customer, timeZone: cell(row, 'customer is in') || null },
        policies: [
          {
            facts: { ...policy, renewalDate: cell(row, 'renews on') || null },
            unpaidDueDates: [],
            coolingOffEndsOn: null,
          },
        ],
        events: [],
        lastContactOn: null,
      },
    ],
    asOf: Temporal.Instant.from(cell(row, 'planner runs at')),
    watermarks: Object.fromEntries(given.steps.map(({ key }) => [key, lastRan])),
    ledger,
    pointOf: () => 0.5,
  });
}

function told(rows: readonly PlannedRow[]): string {
  return (
    rows.map(({ step, state, reason }) => `${step} ${state} ${reason ?? ''}`.trim()).join(', ') || 'nothing'
  );
}

describe('reminders of one renewal', () => {
  let ledger = new Set<string>();
  const lines = stories.map((row) => {
    if (!cell(row, 'story').startsWith('again')) ledger = new Set();
    const rows = plan(row, ledger);
    for (const planned of rows) ledger.add(ledgerIdentity(planned));
    return { story: cell(row, 'story'), expected: cell(row, 'ledger gets'), actual: told(rows) };
  });

  it.each(lines)('$story: $expected', ({ expected, actual }) => {
    expect(actual).toBe(expected);
  });
});

it('sends only the latest of two reminders that are due within the window, and says why the other is not', () => {
  const [first] = stories;
  const daily = {
    ...campaign,
    steps: campaign.steps.map((step, index) => ({ ...step, offsetDays: -30 + index })),
  };
  const row = { ...first, 'planner runs at': '2026-11-24T10:00:00Z', 'last ran at': '2026-11-24T09:00:00Z' };
  expect(told(plan(row, new Set(), daily))).toBe('t-7 expired superseded, t-1 planned');
});

it('of two reminders that are due at the same moment sends the one that stands later in the campaign', () => {
  const [first] = stories;
  const together = { ...campaign, steps: campaign.steps.map((step) => ({ ...step, offsetDays: -30 })) };
  expect(told(plan(first ?? {}, new Set(), together))).toBe(
    't-30 expired superseded, t-7 expired superseded, t-1 planned',
  );
});

it('sends on the first and on the last day of a campaign, and on no day outside', () => {
  const [first] = stories;
  const on = (startsOn: string | null, endsOn: string | null): string =>
    told(plan(first ?? {}, new Set(), { ...campaign, startsOn, endsOn }));
  expect(on('2026-11-22', '2026-11-22')).toBe('t-30 planned');
  expect(on('2026-11-23', null)).toBe('nothing');
  expect(on(null, '2026-11-21')).toBe('nothing');
});

it('gives a message up when its catch-up hours are over, to the second', () => {
  const [first] = stories;
  const late = (at: string): string =>
    told(plan({ ...first, 'planner runs at': at, 'last ran at': '2026-11-22T07:59:00Z' }, new Set()));
  expect(late('2026-11-24T07:59:59Z')).toBe('t-30 planned');
  expect(late('2026-11-24T08:00:00Z')).toBe('t-30 expired missed_window');
});

it('begins anew with the next term: a renewal moves the date, and the date is part of a row’s identity', () => {
  const [first] = stories;
  const thisYear = plan(first ?? {}, new Set());
  const nextYear = {
    ...first,
    'renews on': '2027-12-22',
    'planner runs at': '2027-11-22T08:00:00Z',
    'last ran at': '2027-11-22T07:59:00Z',
  };
  expect(told(plan(nextYear, new Set(thisYear.map(ledgerIdentity))))).toBe('t-30 planned');
});

it('plans one moment for all, or each at their own ten o’clock, as the campaign says', () => {
  const sent = (at: string, zone: string): string => {
    const once = campaignSchema.parse({
      ...campaign,
      trigger: { type: 'once', at },
      steps: [{ key: 'news', template: 'newsletter' }],
    });
    const row = {
      'renews on': '',
      'customer is in': zone,
      'planner runs at': '2026-12-02T00:00:00Z',
      'last ran at': '2026-12-01T00:00:00Z',
    };
    return plan(row, new Set(), once)
      .map(({ dueAt }) => dueAt.toString())
      .join();
  };
  expect(sent('2026-12-01T10:00', 'Asia/Shanghai')).toBe('2026-12-01T02:00:00Z');
  expect(sent('2026-12-01T10:00', 'America/New_York')).toBe('2026-12-01T15:00:00Z');
  expect(sent('2026-12-01T10:00[Europe/Madrid]', 'Asia/Shanghai')).toBe('2026-12-01T09:00:00Z');
  expect(sent('2026-12-01T10:00Z', 'America/New_York')).toBe('2026-12-01T10:00:00Z');
});
