import { expect, it } from 'vitest';
import { campaignSchema, checkAgainstPacks } from '../../src/index.js';
import { cell, table } from './table.js';

/** What the letters of this table carry. */
const letters: Record<string, readonly string[]> = {
  full: [
    'new_premium',
    'previous_premium',
    'check_cover',
    'shop_around',
    'fourth_renewal',
    'what_if_nothing',
    'amount_due',
    'grace_end',
    'lapse_consequence',
  ],
  bare: ['new_premium'],
};

const audiences: Record<string, object> = {
  everyone: { field: 'policy.status', op: 'exists', value: true },
  'cars in Britain': {
    all: [
      { field: 'policy.line', op: 'eq', value: 'motor' },
      { field: 'customer.region', op: 'startsWith', value: 'GB' },
    ],
  },
  'life in Britain': {
    all: [
      { field: 'policy.line', op: 'eq', value: 'life' },
      { field: 'customer.region', op: 'in', value: ['GB-ENG', 'GB-SCT'] },
    ],
  },
  'all but Britain': { not: { field: 'customer.region', op: 'startsWith', value: 'GB' } },
  'England left out': { field: 'customer.region', op: 'ne', value: 'GB-ENG' },
  'life in California': {
    all: [
      { field: 'policy.line', op: 'eq', value: 'life' },
      { field: 'customer.region', op: 'eq', value: 'US-CA' },
    ],
  },
  'life in New York': {
    all: [
      { field: 'policy.line', op: 'eq', value: 'life' },
      { field: 'customer.region', op: 'eq', value: 'US-NY' },
    ],
  },
  'all but California': { field: 'customer.region', op: 'notIn', value: ['US-CA'] },
  'cars in Colorado not renewed': {
    all: [
      { field: 'policy.doNotRenew', op: 'eq', value: true },
      { field: 'policy.line', op: 'eq', value: 'motor' },
      { field: 'customer.region', op: 'eq', value: 'US-CO' },
    ],
  },
  'homes in Germany': {
    all: [
      { field: 'policy.line', op: 'in', value: ['home'] },
      { field: 'customer.region', op: 'startsWith', value: 'de' },
    ],
  },
};

const cases = table(`
  | class     | counted from       | who                          | days     | letter | goes by | at    | rules broken                                      |
  | --------- | ------------------ | ---------------------------- | -------- | ------ | ------- | ----- | ------------------------------------------------- |
  | service   | policy.renewalDate | cars in Britain              | -45, -3  | full   | email   | 09:00 |                                                   |
  | service   | policy.renewalDate | cars in Britain              | -45, -3  | bare   | email   | 09:00 | content_missing GB, content_missing GB            |
  | service   | policy.renewalDate | everyone                     | -45      | bare   | email   | 09:00 | content_missing GB                                |
  | service   | policy.renewalDate | England left out             | -45      | bare   | email   | 09:00 | content_missing GB                                |
  | service   | policy.renewalDate | all but Britain              | -45      | bare   | email   | 09:00 |                                                   |
  | service   | policy.renewalDate | life in Britain              | -45      | bare   | email   | 09:00 |                                                   |
  | service   | policy.renewalDate | cars in Britain              | 5        | bare   | email   | 09:00 |                                                   |
  | marketing | policy.renewalDate | cars in Britain              | -45      | bare   | email   | 09:00 |                                                   |
  | service   | policy.startDate   | cars in Britain              | 1        | bare   | email   | 09:00 |                                                   |
  | legal     | policy.renewalDate | cars in Britain              | -14      | full   | email   | 09:00 | notice_not_in_window GB                           |
  | legal     | policy.renewalDate | cars in Britain              | -30, -14 | full   | email   | 09:00 |                                                   |
  | service   | policy.graceEnd    | life in California           | -5       | bare   | email   | 09:00 |                                                   |
  | legal     | policy.graceEnd    | life in California           | -31      | full   | email   | 09:00 | notice_not_in_window US-CA, notice_not_in_window US-CA |
  | legal     | policy.graceEnd    | life in California           | -31      | full   | task    | 09:00 |                                                   |
  | legal     | policy.graceEnd    | life in California           | -29      | full   | task    | 09:00 | notice_not_in_window US-CA, notice_not_in_window US-CA |
  | legal     | policy.graceStart  | life in California           | 30       | full   | task    | 09:00 |                                                   |
  | legal     | policy.graceStart  | life in California           | 31       | full   | task    | 09:00 | notice_not_in_window US-CA, notice_not_in_window US-CA |
  | legal     | policy.graceStart  | all but California           | 31       | full   | task    | 09:00 |                                                   |
  | legal     | policy.instalmentDue | life in New York           | -46      | full   | task    | 09:00 | notice_not_in_window US-NY                        |
  | legal     | policy.instalmentDue | life in New York           | -45      | full   | task    | 09:00 |                                                   |
  | legal     | policy.instalmentDue | life in New York           | -15      | full   | task    | 09:00 |                                                   |
  | legal     | policy.instalmentDue | life in New York           | -14      | full   | task    | 09:00 | notice_not_in_window US-NY                        |
  | legal     | policy.renewalDate | cars in Colorado not renewed | -20      | full   | email   | 09:00 | notice_not_in_window US-CO                        |
  | legal     | policy.renewalDate | cars in Colorado not renewed | -30      | full   | email   | 09:00 |                                                   |
  | legal     | policy.renewalDate | cars in Colorado not renewed | -30      | full   | email   | 21:00 | outside_contact_hours US                          |
  | service   | policy.renewalDate | cars in Colorado not renewed | -30      | full   | email   | 21:00 |                                                   |
  | legal     | policy.endDate     | all but Britain              | -30      | full   | email   | 20:30 | outside_contact_hours US-FL                       |
  | service   | policy.graceStart  | homes in Germany             | 1        | bare   | email   | 09:00 | content_missing DE                                |
  | service   | policy.graceStart  | homes in Germany             | 1        | full   | email   | 09:00 |                                                   |
`);

it.each(cases)('$class, $days days from $counted from to $who at $at by $goes by: $rules broken', (row) => {
  const campaign = campaignSchema.parse({
    key: 'trial',
    name: 'Trial',
    class: cell(row, 'class'),
    topic: 'renewals',
    subject: 'policy',
    audience: audiences[cell(row, 'who')],
    trigger: { type: 'date', field: cell(row, 'counted from') },
    steps: cell(row, 'days')
      .split(',')
      .map((days, index) => ({
        key: `step-${index}`,
        offsetDays: Number(days),
        at: cell(row, 'at'),
        channel: cell(row, 'goes by'),
        template: cell(row, 'letter'),
      })),
  });
  const broken = checkAgainstPacks(campaign, (template) => letters[template] ?? []);
  expect(broken.map(({ code, jurisdiction }) => `${code} ${jurisdiction}`).join(', ')).toBe(
    cell(row, 'rules broken'),
  );
});

it('says what is missing, for whom and where it is written', () => {
  const campaign = campaignSchema.parse({
    key: 'trial',
    name: 'Trial',
    class: 'service',
    topic: 'renewals',
    subject: 'policy',
    audience: audiences['cars in Britain'],
    trigger: { type: 'date', field: 'policy.renewalDate' },
    steps: [
      {
        key: 't-30',
        offsetDays: -30,
        at: '09:00',
        template: 'full',
        variants: [
          { key: 'a', share: 0.5 },
          { key: 'b', share: 0.5, template: 'bare' },
        ],
      },
    ],
  });
  expect(checkAgainstPacks(campaign, (template) => letters[template] ?? [])).toEqual([
    {
      code: 'content_missing',
      jurisdiction: 'GB',
      lines: ['motor'],
      step: 't-30',
      message:
        'The template bare of the step t-30 lacks what FCA ICOBS 6.5.1R asks for in GB (motor): previous premium, check cover, shop around, fourth renewal, what if nothing.',
      rule: { source: 'FCA ICOBS 6.5.1R', from: '2017-04-01', confidence: 'H' },
    },
  ]);
  // Nobody is bound by a rule before its day.
  expect(checkAgainstPacks(campaign, () => [], '2017-03-31')).toEqual([]);
});

it('asks the same of the letter that several are put together in', () => {
  const campaign = campaignSchema.parse({
    key: 'trial',
    name: 'Trial',
    class: 'service',
    topic: 'renewals',
    subject: 'policy',
    audience: audiences['cars in Britain'],
    trigger: { type: 'date', field: 'policy.renewalDate' },
    steps: [{ key: 't-30', offsetDays: -30, at: '09:00', template: 'full' }],
    merge: { by: 'customer', template: 'bare' },
  });
  const [broken, ...others] = checkAgainstPacks(campaign, (template) => letters[template] ?? []);
  expect(broken?.message).toContain('The template bare of the step t-30 lacks');
  expect(others).toEqual([]);
});
