import { expect, it } from 'vitest';
import {
  claimClocks,
  complaintClocks,
  contactHours,
  coolingOffEndsOn,
  graceEndsOn,
  lines,
  reinstatementEndsOn,
  type Line,
  type PaymentMode,
} from '../../src/index.js';
import { cell, table } from './table.js';

/* The last day on which a late premium still keeps the cover. Nobody is told a day too many. */
const grace = table(`
  | line       | region | paid     | owed since | last day   | because                                             |
  | ---------- | ------ | -------- | ---------- | ---------- | --------------------------------------------------- |
  | life       |        |          | 2026-01-31 | 2026-03-02 | nobody knows the place: 30 days                     |
  | life       |        |          | 2024-01-31 | 2024-03-01 | and February may have 29                            |
  | life       | AU-NSW |          | 2026-01-31 | 2026-03-02 | no rule of Australia is known                       |
  | life       | CN-SH  | monthly  | 2026-01-31 | 2026-03-02 | China: 30 days after the demand, which we may be    |
  | life       | CN-HK  |          | 2026-01-31 | 2026-03-03 | Hong Kong has a law of its own: 31                  |
  | life       | US-CA  |          | 2026-01-31 | 2026-04-01 | California: 60 days                                 |
  | life       | us-ca  |          | 2026-01-31 | 2026-04-01 | however it is written                               |
  | life       | US-CA  |          | 2012-06-01 | 2012-07-01 | but not before 2013                                 |
  | life       | US-IL  |          | 2026-01-31 | 2026-03-02 | Illinois is not California                          |
  | life       | US-NY  |          | 2026-01-31 | 2026-02-28 | New York: 31 days or a month; the month is shorter  |
  | life       | US-NY  |          | 2026-03-10 | 2026-04-10 | here both are the same                              |
  | life       | US-NY  |          | 2026-06-10 | 2026-07-10 | a month of 30 days                                  |
  | life       | IN-MH  | monthly  | 2026-01-31 | 2026-02-15 | India: 15 days where paid by the month              |
  | life       | IN-MH  | annual   | 2026-01-31 | 2026-03-02 | else 30                                             |
  | life       | IN-MH  |          | 2026-01-31 | 2026-02-15 | the shorter, as it is not known how it is paid      |
  | life       | DE-BY  |          | 2026-02-20 | 2026-03-06 | Germany: two weeks                                  |
  | home       | ES-MD  |          | 2026-01-31 | 2026-02-28 | Spain: a month                                      |
  | health     |        |          | 2026-12-15 | 2027-01-14 | 30 days                                             |
  | home       |        |          | 2026-02-20 | 2026-03-06 | 14 days                                             |
  | commercial | GB-ENG |          | 2026-02-20 | 2026-03-06 | no rule of Britain's own                            |
  | motor      | US-CA  |          | 2026-02-20 |            | compulsory cover ends with its term                 |
  | travel     | ES-MD  |          | 2026-02-20 |            | and a journey with its return                       |
`);

it.each(grace)('grace of $line in "$region", $paid, owed since $owed since: $because', (row) => {
  const ends = graceEndsOn(
    cell(row, 'line') as Line,
    cell(row, 'owed since'),
    cell(row, 'region') || null,
    (cell(row, 'paid') || null) as PaymentMode | null,
  );
  expect(ends ?? '').toBe(cell(row, 'last day'));
});

it('has an answer for every line where nothing is known of the place', () => {
  expect(lines.filter((line) => graceEndsOn(line, '2026-01-01') === null)).toEqual(['motor', 'travel']);
});

/* The last day on which a policy can be given back without a reason. Nobody is promised a day too many. */
const coolingOff = table(`
  | line   | region | starts     | last day   | because                                                     |
  | ------ | ------ | ---------- | ---------- | ----------------------------------------------------------- |
  | life   | GB-SCT | 2026-03-20 | 2026-04-19 | Britain: 30 days for protection                             |
  | home   | UK     | 2026-03-20 | 2026-04-03 | 14 for the rest; and some write UK                          |
  | travel | GB-ENG | 2026-03-20 |            | not for a journey of less than a month                      |
  | life   | IE     | 2026-03-20 | 2026-04-03 | Ireland is in the Union: 14 at least                        |
  | life   | FR-75  | 2015-03-20 |            | the Union's rule came in 2016                               |
  | life   | US-NY  | 2026-03-20 | 2026-03-30 | 10 in most states                                           |
  | life   | US-CO  | 2026-03-20 | 2026-04-04 | Colorado 15                                                 |
  | life   | CN-GD  | 2026-03-20 | 2026-03-30 | 10, 15 or 20 by contract                                    |
  | life   | HK     | 2026-03-20 | 2026-04-10 | 21 calendar days                                            |
  | health | IN-MH  | 2026-03-20 | 2026-04-19 | 30 days                                                     |
  | motor  | US-NY  | 2026-03-20 |            | no such right is known                                      |
  | life   |        | 2026-03-20 |            | nor where the place is not known                            |
`);

it.each(coolingOff)('cooling off of $line in "$region" from $starts: $because', (row) => {
  const ends = coolingOffEndsOn(cell(row, 'starts'), cell(row, 'line') as Line, cell(row, 'region') || null);
  expect(ends ?? '').toBe(cell(row, 'last day'));
});

const takenUpAgain = table(`
  | line  | region | lapsed     | last day   | because                          |
  | ----- | ------ | ---------- | ---------- | -------------------------------- |
  | life  | CN-SC  | 2026-02-28 | 2028-02-28 | China: two years                 |
  | life  | US-AL  | 2024-02-29 | 2027-02-28 | Alabama: three                   |
  | life  | US-CA  | 2026-02-28 |            | no rule of California is known   |
  | motor | CN-SC  | 2026-02-28 |            | a car is insured anew            |
`);

it.each(takenUpAgain)('a $line policy of "$region" that lapsed on $lapsed: $because', (row) => {
  const ends = reinstatementEndsOn(cell(row, 'lapsed'), cell(row, 'line') as Line, cell(row, 'region'));
  expect(ends ?? '').toBe(cell(row, 'last day'));
});

const hours = table(`
  | region | hours         |
  | ------ | ------------- |
  | US-CA  | 08:00 - 21:00 |
  | US     | 08:00 - 21:00 |
  | US-FL  | 08:00 - 20:00 |
  | GB-ENG |               |
  | USA    |               |
  |        |               |
`);

it.each(hours)('in "$region" people may be contacted: $hours', (row) => {
  const rule = contactHours(cell(row, 'region'));
  expect(rule ? `${rule.value.opens} - ${rule.value.closes}` : '').toBe(cell(row, 'hours'));
});

const clocks = table(`
  | of        | line   | region | what                | within           | written in                    |
  | --------- | ------ | ------ | ------------------- | ---------------- | ----------------------------- |
  | complaint |        | GB-ENG | final_response      | 8 weeks          | DISP 1.6.2R                   |
  | complaint |        | GB-ENG | summary_resolution  | 3 business_days  | DISP 1.5                      |
  | complaint |        | CN-SH  | final_response      | 15 days          | CBIRC Order 2020/3            |
  | complaint |        | US-TX  | keep_record         | 3 years          | 28 TAC 21.2503                |
  | claim     | health | CN-SH  | decide              | 30 days          | Insurance Law art. 23         |
  | claim     | motor  | CN-SH  | decide              | 5 days           | Compulsory motor regulation   |
  | claim     | motor  | CN-SH  | pay                 | 10 days          | Insurance Law art. 23         |
  | claim     | home   | US-CA  | decide              | 40 days          | California fair claims        |
  | claim     | home   | US-NY  | decide              | 21 days          | NAIC model regulation         |
  | claim     | life   | US-NY  | decide              |                  |                               |
  | claim     | home   | US-TX  | pay                 | 5 business_days  | Texas prompt payment rules    |
`);

it.each(clocks)('a $of of "$line" in $region: $what within $within', (row) => {
  const region = cell(row, 'region');
  const all =
    cell(row, 'of') === 'claim' ? claimClocks(cell(row, 'line') as Line, region) : complaintClocks(region);
  const found = all.filter(({ value }) => value.event === cell(row, 'what'));
  expect(found.map(({ value }) => `${value.within} ${value.unit}`).join()).toBe(cell(row, 'within'));
  expect(found[0]?.source ?? '').toContain(cell(row, 'written in'));
});
