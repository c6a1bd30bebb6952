import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BookFixture, countsOf, customers } from './book-fixture.js';

let book: BookFixture;
beforeEach(async () => {
  book = await BookFixture.open();
  await book.import('customers', customers('C1'));
});
afterEach(() => book.close());

/** Imports one policy, with these cells on top of the usual ones. */
function policy(cells: Record<string, string | number>) {
  const row = {
    policy_id: 'P1',
    customer_id: 'C1',
    line: 'life',
    status: 'in_force',
    start_date: '2020-03-01',
    ...cells,
  };
  return book.import('policies', `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`);
}
const policies = <Row>(columns: string) => book.query<Row>(`SELECT ${columns} FROM policies`);

describe('rows', () => {
  it('are created, updated, or left when they are equal', async () => {
    const file = 'customer_id,given_name,email\nC1,Ana,\nC2,Bo,bo@example.com\n';
    expect(countsOf(await book.import('customers', file))).toEqual({
      ...{ received: 2, created: 1, updated: 1, unchanged: 0, rejected: 0 },
    });
    const touched = await book.query('SELECT customer_id, updated_at, xmin FROM customers ORDER BY 1');
    expect(countsOf(await book.import('customers', file))).toEqual({
      ...{ received: 2, created: 0, updated: 0, unchanged: 2, rejected: 0 },
    });
    expect(await book.query('SELECT customer_id, updated_at, xmin FROM customers ORDER BY 1')).toEqual(
      touched,
    );
  });

  it('keep what the file does not speak of, and lose what it leaves empty', async () => {
    await book.import('customers', 'customer_id,given_name,email\nC1,Ana,ana@example.com\n');
    await book.import('customers', 'customer_id,given_name\nC1,\n');
    expect(await book.query('SELECT given_name, email FROM customers')).toEqual([
      { given_name: null, email: 'ana@example.com' },
    ]);
    // An NDJSON file speaks of every field that any of its rows has.
    await book.import('customers', '{"customer_id":"C1"}\n{"customer_id":"C2","given_name":"Bo"}\n');
    expect(await book.query(`SELECT given_name, email FROM customers WHERE customer_id = 'C1'`)).toEqual([
      { given_name: null, email: 'ana@example.com' },
    ]);
  });

  it('are counted and judged, and nothing is changed, by a dry run', async () => {
    const file = 'customer_id,given_name\nC1,Ana\nC2,Bo\nC2,Bo\n';
    const result = await book.import('customers', file, { dryRun: true });
    expect(countsOf(result)).toEqual({ received: 3, created: 1, updated: 1, unchanged: 0, rejected: 1 });
    expect(await book.rejects(result)).toMatchObject([{ line: 4, code: 'duplicate_id' }]);
    expect(await book.query('SELECT customer_id, given_name FROM customers')).toEqual([
      { customer_id: 'C1', given_name: null },
    ]);
    expect(
      await book.query('SELECT state, dry_run, created FROM imports ORDER BY import_id DESC LIMIT 1'),
    ).toEqual([{ state: 'done', dry_run: true, created: 1 }]);
    expect(await book.query(`SELECT FROM audit_log WHERE subject = $1`, [result.importId])).toHaveLength(0);
  });
});

describe('the status of a policy', () => {
  it('begins without history: cover that runs began with the policy', async () => {
    await policy({});
    expect(await policies('status, status_since, term_no')).toEqual([
      { status: 'in_force', status_since: '2020-03-01', term_no: 1 },
    ]);
    expect(await book.query('SELECT FROM policy_status_changes')).toHaveLength(0);
  });

  it('changes on the day of the policy’s own zone, and each change is kept', async () => {
    await policy({ time_zone: 'Pacific/Auckland' });
    book.clock.set('2026-11-22T13:00:00Z'); // the 23rd in Auckland
    await policy({ time_zone: 'Pacific/Auckland', status: 'grace' });
    book.clock.set('2026-12-30T09:00:00Z');
    await policy({ time_zone: 'Pacific/Auckland', status: 'lapsed' });
    await policy({ time_zone: 'Pacific/Auckland', status: 'in_force' });
    expect(
      await book.query(
        'SELECT from_status, to_status, transition, changed_on FROM policy_status_changes ORDER BY change_id',
      ),
    ).toEqual([
      { from_status: 'in_force', to_status: 'grace', transition: 'entered_grace', changed_on: '2026-11-23' },
      { from_status: 'grace', to_status: 'lapsed', transition: 'lapsed', changed_on: '2026-12-30' },
      { from_status: 'lapsed', to_status: 'in_force', transition: 'reinstated', changed_on: '2026-12-30' },
    ]);
    expect(await policies('status_since, grace_ends_on')).toEqual([
      { status_since: '2026-12-30', grace_ends_on: null },
    ]);
  });

  it('cannot change in a way that cannot be: the row is rejected whole', async () => {
    await policy({ status: 'matured' });
    const result = await policy({ status: 'in_force', product: 'Whole Life' });
    expect(countsOf(result)).toMatchObject({ received: 1, rejected: 1 });
    expect(await book.rejects(result)).toMatchObject([
      {
        line: 2,
        column: 'status',
        value: 'in_force',
        code: 'impossible_transition',
        message: expect.stringContaining('matured'),
      },
    ]);
    expect(await policies('status, product')).toEqual([{ status: 'matured', product: null }]);
  });

  it('in grace: it ends by the line, counted from the oldest unpaid instalment that the book knows of', async () => {
    await policy({ status: 'grace' });
    expect(await policies('grace_ends_on')).toEqual([{ grace_ends_on: '2026-12-22' }]);
    await book.import(
      'instalments',
      'policy_id,due_date,paid_at\nP1,2026-10-10,2026-10-09\nP1,2026-11-10,\nP1,2026-12-10,\n',
    );
    const settled = { grace_ends_on: '2026-12-10', status_since: '2026-11-10' };
    expect(await policies('grace_ends_on, status_since')).toEqual([settled]);
    expect(countsOf(await policy({ status: 'grace' }))).toMatchObject({ unchanged: 1 });
    await policy({ status: 'in_force' });
    expect(await policies('grace_ends_on')).toEqual([{ grace_ends_on: null }]);
  });

  it('in grace since a day that history tells: the instalment moves the end, not the beginning', async () => {
    await policy({});
    await policy({ status: 'grace' });
    await book.import('instalments', 'policy_id,due_date\nP1,2026-11-10\n');
    expect(await policies('grace_ends_on, status_since')).toEqual([
      { grace_ends_on: '2026-12-10', status_since: '2026-11-22' },
    ]);
  });

  it('in grace in a line that knows none: there is no last day', async () => {
    await policy({ line: 'motor', status: 'grace' });
    expect(await policies('grace_ends_on, status_since')).toEqual([
      { grace_ends_on: null, status_since: '2026-11-22' },
    ]);
  });
});

describe('the term of a policy', () => {
  const terms = () =>
    book.query('SELECT term_no, renewal_date, premium_minor, currency FROM closed_terms ORDER BY 1');

  it('is closed by a renewal, and its premium becomes the previous one', async () => {
    await policy({ renewal_date: '2026-12-01', premium_minor: 10_000, currency: 'EUR' });
    await policy({ renewal_date: '2027-12-01', premium_minor: 11_000, currency: 'EUR' });
    expect(await terms()).toEqual([
      { term_no: 1, renewal_date: '2026-12-01', premium_minor: 10_000, currency: 'EUR' },
    ]);
    const renewed = {
      term_no: 2,
      renewal_date: '2027-12-01',
      premium_minor: 11_000,
      previous_premium_minor: 10_000,
    };
    expect(await policies('term_no, renewal_date, premium_minor, previous_premium_minor')).toEqual([renewed]);
    const again = await policy({
      renewal_date: '2027-12-01',
      premium_minor: 11_000,
      currency: 'EUR',
      previous_premium_minor: '',
    });
    expect(countsOf(again)).toMatchObject({ unchanged: 1 });
  });

  it('takes the previous premium that the file gives', async () => {
    await policy({ renewal_date: '2026-12-01', premium_minor: 10_000 });
    await policy({ renewal_date: '2027-12-01', premium_minor: 11_000, previous_premium_minor: 9_900 });
    expect(await policies('previous_premium_minor')).toEqual([{ previous_premium_minor: 9_900 }]);
  });

  it('is not closed by a correction: 179 days are one, 180 are a renewal', async () => {
    await policy({ renewal_date: '2026-12-01' });
    await policy({ renewal_date: '2027-05-29' }); // 179 days on
    expect(await policies('term_no')).toEqual([{ term_no: 1 }]);
    await policy({ renewal_date: '2026-12-01' }); // and back
    await policy({ renewal_date: '2027-05-30' }); // 180 days on
    expect(await policies('term_no')).toEqual([{ term_no: 2 }]);
    expect(await terms()).toMatchObject([{ term_no: 1, renewal_date: '2026-12-01' }]);
  });

  it('is not closed by a file that does not speak of renewals, nor by a first date', async () => {
    await policy({});
    await policy({ renewal_date: '2026-12-01' });
    await policy({ product: 'Term Life' });
    expect(await policies('term_no, renewal_date')).toEqual([{ term_no: 1, renewal_date: '2026-12-01' }]);
  });
});
