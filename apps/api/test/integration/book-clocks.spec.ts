import { coolingOffEndsOn, graceEndsOn, lines } from '@aftercare/domain';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BookFixture, countsOf } from './book-fixture.js';

/** Last days that the rules of the policyholder's region set. It is 22 November 2026. */
let book: BookFixture;
beforeEach(async () => {
  book = await BookFixture.open();
});
afterEach(() => book.close());

const regions = ['GB', 'CN', 'US-CA', 'DE-BE', 'nowhere', ''];
const region = (id: string, name: string) => book.import('customers', `customer_id,region\n${id},${name}\n`);
const policy = (row: string) =>
  book.import('policies', `policy_id,customer_id,line,status,start_date,payment_mode\n${row}\n`);
const ends = () =>
  book.query<{ policy_id: string; cooling_off_ends_on: string | null; grace_ends_on: string | null }>(
    'SELECT policy_id, cooling_off_ends_on, grace_ends_on FROM policies ORDER BY policy_id COLLATE "C"',
  );

it('every line in every region has the cooling-off and the grace that the domain finds', async () => {
  const people = regions.map((name, index) => `C${index},${name}`);
  await book.import('customers', `customer_id,region\n${people.join('\n')}\n`);
  const cases = regions.flatMap((name, index) =>
    lines.flatMap((line) =>
      (['annual', 'monthly'] as const).map((mode) => ({
        id: `P-${index}-${line}-${mode}`,
        row: `P-${index}-${line}-${mode},C${index},${line},grace,2026-11-20,${mode}`,
        coolingOff: coolingOffEndsOn('2026-11-20', line, name),
        grace: graceEndsOn(line, '2026-11-22', name, mode),
      })),
    ),
  );
  await policy(cases.map(({ row }) => row).join('\n'));
  const expected = cases.map(({ id, coolingOff, grace }) => ({
    policy_id: id,
    cooling_off_ends_on: coolingOff,
    grace_ends_on: grace,
  }));
  expect(await ends()).toEqual(expected.sort((a, b) => (a.policy_id < b.policy_id ? -1 : 1)));
  // The regions are told apart, and so is a line without such a right.
  expect(new Set(cases.map(({ coolingOff }) => coolingOff)).size).toBeGreaterThan(3);
});

it('a policyholder moves, or another becomes the policyholder: other rules hold', async () => {
  await region('C1', 'GB');
  await policy('P1,C1,life,grace,2026-11-20,annual');
  const british = { policy_id: 'P1', cooling_off_ends_on: '2026-12-20', grace_ends_on: '2026-12-22' };
  expect(await ends()).toEqual([british]);
  await region('C1', 'US-CA');
  expect(await ends()).toEqual([
    { policy_id: 'P1', cooling_off_ends_on: '2026-11-30', grace_ends_on: '2027-01-21' },
  ]);
  await region('C2', 'GB');
  await policy('P1,C2,life,grace,2026-11-20,annual');
  expect(await ends()).toEqual([british]);
});

it('a start or a line that is put right puts the last day right, or takes it away', async () => {
  await region('C1', 'GB');
  await policy('P1,C1,life,in_force,2026-11-20,');
  await policy('P1,C1,life,in_force,2026-11-25,');
  expect(await ends()).toMatchObject([{ cooling_off_ends_on: '2026-12-25' }]);
  await policy('P1,C1,home,in_force,2026-11-25,');
  expect(await ends()).toMatchObject([{ cooling_off_ends_on: '2026-12-09' }]);
  await policy('P1,C1,home,in_force,2016-11-25,');
  expect(await ends()).toMatchObject([{ cooling_off_ends_on: null }]);
});

it('what is known stays as the policy grows old, and a policy that came in old has none', async () => {
  await region('C1', 'GB');
  await policy('P1,C1,life,in_force,2026-11-20,\nP2,C1,life,in_force,2026-01-20,');
  const known = [{ cooling_off_ends_on: '2026-12-20' }, { cooling_off_ends_on: null }];
  expect(await ends()).toMatchObject(known);
  book.clock.advance({ hours: 24 * 400 });
  await policy('P1,C1,life,in_force,2026-11-20,annual\nP2,C1,life,in_force,2026-01-20,annual');
  expect(await ends()).toMatchObject(known);
});

it('policies that were in the book before have theirs after the next file, though their rows are equal', async () => {
  await region('C1', 'GB');
  const rows = 'P1,C1,life,grace,2026-11-20,\nP2,C1,motor,in_force,2026-11-20,';
  await policy(rows);
  const settled = await ends();
  await book.query('UPDATE policies SET cooling_off_ends_on = NULL, grace_ends_on = NULL');
  expect(countsOf(await policy(rows))).toMatchObject({ unchanged: 2 });
  expect(await ends()).toEqual(settled);
  const touched = await book.query('SELECT xmin FROM policies');
  await policy(rows);
  expect(await book.query('SELECT xmin FROM policies')).toEqual(touched);
});
