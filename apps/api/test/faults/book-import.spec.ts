import { PassThrough, type Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BookFixture, countsOf, customers } from '../integration/book-fixture.js';

let book: BookFixture;
beforeEach(async () => {
  book = await BookFixture.open();
});
afterEach(() => book.close());

const many = Array.from({ length: 3000 }, (_, index) => `C${index}`);
const latest = () => book.imports.list({}, { after: null, oldestFirst: false, limit: 1 });

it('a line of 2 GB is refused by its number, the rows round it are taken, and memory does not grow', async () => {
  const piece = Buffer.alloc(1_048_576, 'x');
  let highest = 0;
  async function* file() {
    yield Buffer.from('customer_id\nC1\n');
    for (let count = 0; count < 2048; count += 1) {
      yield piece;
      highest = Math.max(highest, process.memoryUsage().rss);
    }
    yield Buffer.from('\nC2\n');
  }
  const before = process.memoryUsage().rss;
  const result = await book.import('customers', file());
  expect(countsOf(result)).toEqual({ received: 3, created: 2, updated: 0, unchanged: 0, rejected: 1 });
  expect(await book.rejects(result)).toMatchObject([{ line: 3, code: 'record_too_long' }]);
  expect(highest - before).toBeLessThan(100e6);
});

it('two imports of the same file at once: one brings the rows, the other finds them', async () => {
  const results = await Promise.all([0, 1, 2].map(() => book.import('customers', customers(...many))));
  expect(results.map(({ created }) => created).sort()).toEqual([0, 0, 3000]);
  expect(results.map(({ unchanged }) => unchanged).sort()).toEqual([0, 3000, 3000]);
});

it('imports of all kinds at once, in every order, end without a deadlock', async () => {
  await book.import('customers', customers(...many));
  const policies = (ids: string[], status: string) =>
    `policy_id,customer_id,line,status,start_date\n${ids.map((id) => `P${id},${id},life,${status},2020-01-01`).join('\n')}\n`;
  await book.import('policies', policies(many, 'in_force'));
  const instalments = (ids: string[]) =>
    `policy_id,due_date\n${ids.map((id) => `P${id},2026-11-01`).join('\n')}\n`;
  const results = await Promise.all([
    book.import('policies', policies(many, 'grace')),
    book.import('instalments', instalments(many)),
    book.import('policies', policies([...many].reverse(), 'lapsed')),
    book.import('instalments', instalments([...many].reverse())),
    book.import('customers', customers(...[...many].reverse())),
  ]);
  // Whichever file of policies came first, the book says what came last; nothing else was refused.
  const [toGrace, , toLapsed] = results;
  expect(results.map(({ received }) => received)).toEqual([3000, 3000, 3000, 3000, 3000]);
  const statuses = await book.query<{ status: string }>('SELECT DISTINCT status FROM policies');
  expect(statuses).toEqual([{ status: 'lapsed' }]);
  expect([toGrace!.updated + toGrace!.rejected, toLapsed!.updated]).toEqual([3000, 3000]);
});

describe('an import that cannot be finished leaves nothing half-done, and says why', () => {
  /** A file that says its beginning, and goes on when it is told to. */
  function slowFile(): PassThrough {
    const file = new PassThrough();
    file.write(customers('C1', 'C2'));
    return file;
  }

  /** Waits until the import is copying, and ends its connection. */
  async function endConnectionOfImport(): Promise<void> {
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE state = 'active' AND query LIKE 'COPY import_stage%' AND datname = current_database()`;
    while ((await book.query(end)).length === 0) await setTimeout(20);
  }

  it('the upload breaks off', async () => {
    const file = slowFile();
    const importing = book.import('customers', file);
    setImmediate(() => file.destroy(new Error('aborted')));
    await expect(importing).rejects.toMatchObject({ code: 'file_unreadable' });
    expect(await book.query('SELECT FROM customers')).toHaveLength(0);
    expect(await latest()).toMatchObject([{ state: 'failed', error: { code: 'file_unreadable' } }]);
  });

  it('the connection to the database is lost', async () => {
    const file = slowFile();
    const running = await book.service.start(request(file));
    await endConnectionOfImport();
    await expect(running.done).rejects.toMatchObject({ code: 'database_lost', status: 503 });
    expect(await latest()).toMatchObject([{ state: 'failed', error: { code: 'database_lost' } }]);
    expect(await book.query('SELECT FROM customers')).toHaveLength(0);
    expect(countsOf(await book.import('customers', customers('C1')))).toMatchObject({ created: 1 });
  });

  it('the disk is full in the middle of the merge', async () => {
    await book.query(`
      CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$`);
    await book.query(`
      CREATE TRIGGER no_space BEFORE INSERT ON customers FOR EACH ROW WHEN (NEW.customer_id = 'C2999')
        EXECUTE FUNCTION no_space()`);
    await expect(book.import('customers', customers(...many))).rejects.toMatchObject({
      code: 'disk_full',
      status: 503,
    });
    expect(await book.query('SELECT FROM customers')).toHaveLength(0);
    expect(await latest()).toMatchObject([{ state: 'failed', error: { code: 'disk_full' } }]);
    await book.query('DROP TRIGGER no_space ON customers');
    expect(countsOf(await book.import('customers', customers(...many)))).toMatchObject({ created: 3000 });
  });

  it('its process is killed: the entry shows as interrupted as soon as the database has heard of it', async () => {
    const file = slowFile();
    const running = await book.service.start(request(file));
    expect(await latest()).toMatchObject([{ importId: running.importId, state: 'running', error: null }]);
    // What the server sees of a killed process: its connection ends, and nobody is left to write down why.
    book.imports.fail = () => Promise.reject(new Error('nobody is left'));
    await endConnectionOfImport();
    await expect(running.done).rejects.toMatchObject({ code: 'database_lost' });
    expect(await book.query('SELECT state FROM imports')).toEqual([{ state: 'running' }]);
    expect(await latest()).toMatchObject([{ state: 'failed', error: { code: 'interrupted' } }]);
  });

  function request(source: Readable) {
    return { kind: 'customers' as const, source, fileName: 'c.csv', dryRun: false, startedBy: 'test' };
  }
});
