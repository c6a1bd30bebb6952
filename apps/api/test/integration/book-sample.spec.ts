import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SampleBookService } from '../../src/features/book/sample-book.service.js';
import { writeSampleFiles } from '../../src/platform/demo/sample-files.js';
import { BookFixture, countsOf, customers } from './book-fixture.js';

let book: BookFixture;
let sample: SampleBookService;
beforeEach(async () => {
  book = await BookFixture.open();
  sample = new SampleBookService(book.service, book.imports, book.clock);
});
afterEach(() => book.close());

const total = async (table: string) =>
  (await book.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]!.count;
const imports = () =>
  book.query<{ kind: string; rejected: number }>('SELECT kind, rejected FROM imports ORDER BY import_id');

describe('the sample book at the first start', () => {
  it('comes in through the import, with nothing rejected, and is not made twice', async () => {
    await sample.ensure();
    expect(await total('customers')).toBe(2000);
    expect(await total('policies')).toBeGreaterThan(2800);
    expect(await total('instalments')).toBeGreaterThan(3000);
    expect(await total('customer_events')).toBeGreaterThan(500);
    expect(await imports()).toEqual(
      ['customers', 'policies', 'instalments', 'events'].map((kind) => ({ kind, rejected: 0 })),
    );
    book.clock.advance({ hours: 24 * 5 });
    await sample.ensure();
    expect(await imports()).toHaveLength(4);
  });

  it('has policies in grace whose last day lies ahead, each counted from its own missed payment', async () => {
    await sample.ensure();
    const grace = await book.query<{ since: string; ends: string | null }>(
      `SELECT status_since AS since, grace_ends_on AS ends FROM policies WHERE status = 'grace'`,
    );
    expect(grace.filter(({ ends }) => ends !== null && ends > '2026-11-22').length).toBeGreaterThan(
      grace.length * 0.8,
    );
    expect(new Set(grace.map(({ since }) => since)).size).toBeGreaterThan(5);
  });

  it('is completed after a start that was killed half-way, with the files of the day it was begun', async () => {
    const importFile = book.service.importFile.bind(book.service);
    book.service.importFile = (request) =>
      request.kind === 'policies' ? Promise.reject(new Error('killed')) : importFile(request);
    await expect(sample.ensure()).rejects.toThrow('killed');
    book.service.importFile = importFile;
    await sample.ensure();
    expect((await imports()).map(({ kind }) => kind)).toEqual([
      'customers',
      'policies',
      'instalments',
      'events',
    ]);
  });

  it('leaves a book alone that is there already', async () => {
    await book.import('customers', customers('C1'));
    await sample.ensure();
    expect(await total('customers')).toBe(1);
  });
});

it('writes files of any size that the import takes whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-sample-'));
  try {
    const files = await writeSampleFiles({ customers: 500, seed: 'files', today: '2026-11-22' }, folder);
    for (const kind of ['customers', 'policies', 'instalments', 'events'] as const) {
      const { path, rows } = files[kind];
      const result = await book.import(kind, readFileSync(path));
      expect(countsOf(result)).toEqual({
        received: rows,
        created: rows,
        updated: 0,
        unchanged: 0,
        rejected: 0,
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
