import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/platform/http/problem.js';
import { BookFixture, countsOf, customers } from './book-fixture.js';

let book: BookFixture;
beforeEach(async () => {
  book = await BookFixture.open();
});
afterEach(() => book.close());

const policyHeader = 'policy_id,customer_id,line,status,start_date';

async function refusalOf(work: Promise<unknown>): Promise<ProblemError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return error as ProblemError;
}

describe('a file that is refused, and leaves nothing behind', () => {
  it.each([
    [
      'Latin-1',
      Buffer.from('customer_id,given_name\nC1,Ana\nC2,Jos\xe9\n', 'latin1'),
      'wrong_encoding',
      'Line 3',
    ],
    ['UTF-16 with its mark', Buffer.from('\ufeffcustomer_id\nC1\n', 'utf16le'), 'wrong_encoding', 'UTF-16'],
    ['UTF-16 without it', Buffer.from('customer_id\nC1\n', 'utf16le'), 'wrong_encoding', 'UTF-16'],
    ['a workbook', Buffer.from('PK\x03\x04....'), 'not_text', 'workbook'],
    ['a compressed file', Buffer.from([0x1f, 0x8b, 8, 0, 0]), 'not_text', 'compressed'],
    ['an empty file', '', 'empty_file', 'empty'],
    ['a file of nothing but line breaks', '\n\n', 'empty_file', 'columns'],
    ['a column missing', 'given_name\nAna\n', 'missing_column', '"customer_id"'],
    ['an unknown column', 'customer_id,e-mail\nC1,a@example.com\n', 'unknown_column', '"e-mail"'],
    ['a column twice', 'customer_id,email,email\nC1,,\n', 'duplicate_column', '"email"'],
    ['semicolons for commas', 'customer_id;email\nC1;\n', 'wrong_delimiter', 'commas'],
  ])('%s', async (_name, file, code, words) => {
    const error = await refusalOf(book.import('customers', file));
    expect(error.code).toBe(code);
    expect(error.detail).toContain(words);
    expect(await book.query('SELECT FROM customers')).toHaveLength(0);
    expect(await book.query('SELECT state, error_code, error_detail FROM imports')).toEqual([
      { state: 'failed', error_code: code, error_detail: error.detail },
    ]);
  });

  it('names every wrong column at once, and the right ones', async () => {
    const error = await refusalOf(book.import('instalments', 'policy_id,due,due\n'));
    expect(error.errors).toEqual([
      { path: 'due_date', code: 'missing_column', message: 'is missing and must be there' },
      { path: 'due', code: 'unknown_column', message: expect.stringContaining('paid_at') },
      { path: 'due', code: 'duplicate_column', message: 'is there more than once' },
    ]);
  });

  it('a wrong encoding far down takes back what was read before it', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `C${index}`).join('\n');
    const file = Buffer.concat([Buffer.from(`customer_id\n${rows}\n`), Buffer.from([0xc3, 0x28, 0x0a])]);
    expect((await refusalOf(book.import('customers', file))).detail).toContain('Line 5002');
    expect(await book.query('SELECT FROM customers')).toHaveLength(0);
  });
});

describe('a path', () => {
  const request = { kind: 'customers', fileName: 'c.csv', dryRun: false, startedBy: 'test' } as const;

  it('is read, and its size is known', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aftercare-import-'));
    try {
      writeFileSync(join(folder, 'c.csv'), customers('C1', 'C2'));
      await book.service.importFile({ ...request, source: join(folder, 'c.csv') });
      expect(await book.query('SELECT bytes_total, bytes_read, received FROM imports')).toEqual([
        { bytes_total: 18, bytes_read: 18, received: 2 },
      ]);
      const error = await refusalOf(book.service.importFile({ ...request, source: folder }));
      expect(error).toMatchObject({
        code: 'file_unreadable',
        detail: expect.stringContaining('is a folder'),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that leads nowhere is refused by its name', async () => {
    const error = await refusalOf(book.service.importFile({ ...request, source: 'nowhere/c.csv' }));
    expect(error).toMatchObject({
      code: 'file_unreadable',
      detail: expect.stringContaining('nowhere/c.csv'),
    });
  });
});

describe('a file that is read', () => {
  it('with a byte order mark, columns in any order, quoted newlines and CRLF', async () => {
    const file =
      '\ufeffinsured_object,start_date,status,line,customer_id,policy_id\r\n' +
      '"{""kind"": ""car"",\r\n ""note"": ""a, b\\nc""}",2026-01-01,in_force,motor,C1,P1\r\n';
    await book.import('customers', customers('C1'));
    expect(countsOf(await book.import('policies', file))).toMatchObject({ created: 1, rejected: 0 });
    expect(await book.query('SELECT policy_id, insured_object FROM policies')).toEqual([
      { policy_id: 'P1', insured_object: { kind: 'car', note: 'a, b\nc' } },
    ]);
  });

  it('as NDJSON, with typed values, and lines that are no objects rejected', async () => {
    const file = [
      '{"customer_id":"C1","given_name":"Ana","marketing_consent":true}',
      '["C2"]',
      '',
      '{"customer_id":"C3","shoe_size":41}',
      '{"customer_id":"C4","given_name":"Cut of',
    ].join('\n');
    const result = await book.import('customers', file);
    expect(countsOf(result)).toEqual({ received: 4, created: 1, updated: 0, unchanged: 0, rejected: 3 });
    expect(await book.rejects(result)).toMatchObject([
      { line: 2, code: 'not_json' },
      { line: 4, column: 'shoe_size', value: '41', code: 'unknown_column' },
      { line: 5, code: 'not_json' },
    ]);
  });

  it('with bad rows among good ones: the good are taken, the bad are listed with all that is wrong', async () => {
    await book.import('customers', customers('C1'));
    const file =
      `${policyHeader},time_zone\n` +
      'P1,C1,motor,in_force,2026-02-30,Mars/Olympus\n' +
      'P2,C1,motor,in_force,2026-02-28,Europe/Madrid\n' +
      'P3,C1,motor,in_force\n' +
      'P4,C1,boat,in_force,2026-02-28,\n';
    const result = await book.import('policies', file);
    expect(countsOf(result)).toEqual({ received: 4, created: 1, updated: 0, unchanged: 0, rejected: 3 });
    expect(await book.rejects(result)).toMatchObject([
      { line: 2, column: 'start_date', value: '2026-02-30', code: 'no_such_date' },
      { line: 2, column: 'time_zone', value: 'Mars/Olympus', code: 'unknown_zone' },
      { line: 4, column: '', code: 'wrong_column_count' },
      { line: 5, column: 'line', value: 'boat', code: 'not_a_choice' },
    ]);
  });

  it('with values that no database text can hold: they are shown as far as they can be', async () => {
    const result = await book.import('customers', '{"customer_id":"C\\u0000\\ud800","\\u0000":1}\n');
    expect(countsOf(result)).toMatchObject({ received: 1, rejected: 1 });
    expect((await book.rejects(result))[0]).toMatchObject({ column: 'customer_id', value: 'C\ufffd\ufffd' });
  });

  it('with backslashes, which mean something to COPY', async () => {
    await book.import('customers', 'customer_id,given_name,family_name\nC1,\\N,a\\tb\\\n');
    expect(await book.query('SELECT given_name, family_name FROM customers')).toEqual([
      { given_name: '\\N', family_name: 'a\\tb\\' },
    ]);
  });

  it('cut off in the middle of a row: what is whole is taken, what is cut is rejected', async () => {
    const result = await book.import('customers', 'customer_id,given_name,family_name\nC1,Ana,Sanz\nC2,Be');
    expect(countsOf(result)).toMatchObject({ received: 2, created: 1, rejected: 1 });
    expect(await book.rejects(result)).toMatchObject([{ line: 3, code: 'wrong_column_count' }]);
  });
});

describe('rows that only the book can judge', () => {
  it('an id twice in one file: the first counts, the later ones are named with its line', async () => {
    const result = await book.import('customers', 'customer_id,given_name\nC1,Ana\nC2,Bo\nC1,Cleo\nC1,Ana\n');
    expect(countsOf(result)).toEqual({ received: 4, created: 2, updated: 0, unchanged: 0, rejected: 2 });
    expect(await book.rejects(result)).toMatchObject([
      { line: 4, column: 'customer_id', value: 'C1', code: 'duplicate_id', message: 'is already on line 2' },
      { line: 5, code: 'duplicate_id' },
    ]);
    expect(await book.query(`SELECT given_name FROM customers WHERE customer_id = 'C1'`)).toEqual([
      { given_name: 'Ana' },
    ]);
  });

  it('a faulty row does not stand in the way of a good one with its id', async () => {
    const result = await book.import('customers', 'customer_id,birth_date\nC1,1990-13-01\nC1,1990-12-01\n');
    expect(countsOf(result)).toMatchObject({ created: 1, rejected: 1 });
  });

  it('a policy of an unknown customer, new or moved there', async () => {
    await book.import('customers', customers('C1'));
    await book.import('policies', `${policyHeader}\nP1,C1,motor,in_force,2026-01-01\n`);
    const file = `${policyHeader}\nP1,C9,motor,in_force,2026-01-01\nP2,C8,motor,in_force,2026-01-01\n`;
    const result = await book.import('policies', file);
    expect(countsOf(result)).toMatchObject({ received: 2, rejected: 2 });
    expect(await book.rejects(result)).toMatchObject([
      { line: 2, column: 'customer_id', value: 'C9', code: 'unknown_customer' },
      { line: 3, column: 'customer_id', value: 'C8', code: 'unknown_customer' },
    ]);
  });

  it('an instalment of an unknown policy, and the same due date twice', async () => {
    await book.import('customers', customers('C1'));
    await book.import('policies', `${policyHeader}\nP1,C1,motor,in_force,2026-01-01\n`);
    const file = 'policy_id,due_date\nP1,2026-01-01\nP1,2026-02-01\nP1,2026-01-01\nP9,2026-01-01\n';
    const result = await book.import('instalments', file);
    expect(countsOf(result)).toMatchObject({ created: 2, rejected: 2 });
    expect(await book.rejects(result)).toMatchObject([
      { line: 4, value: 'P1 2026-01-01', code: 'duplicate_id' },
      { line: 5, column: 'policy_id', value: 'P9', code: 'unknown_policy' },
    ]);
  });

  it('events of unknown customers and policies; an event of a policy is its policyholder’s', async () => {
    await book.import('customers', customers('C1'));
    await book.import('policies', `${policyHeader}\nP1,C1,motor,in_force,2026-01-01\n`);
    const file =
      'event_id,type,customer_id,policy_id,at\nE1,contact,C9,,2026-01-01\nE2,contact,C1,P9,2026-01-01\n' +
      'E3,contact,,P1,2026-01-01T10:00:00+02:00\nE4,contact,C1,,2026-01-01\n';
    const result = await book.import('events', file);
    expect(await book.rejects(result)).toMatchObject([
      { line: 2, code: 'unknown_customer' },
      { line: 3, code: 'unknown_policy' },
    ]);
    expect(await book.query('SELECT event_id, customer_id, at FROM customer_events ORDER BY 1')).toEqual([
      { event_id: 'E3', customer_id: 'C1', at: new Date('2026-01-01T08:00:00Z') },
      { event_id: 'E4', customer_id: 'C1', at: new Date('2026-01-01T00:00:00Z') },
    ]);
    expect(countsOf(await book.import('events', file))).toMatchObject({ unchanged: 2, rejected: 2 });
  });
});
