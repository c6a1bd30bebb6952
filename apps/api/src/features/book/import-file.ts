import { importColumns, requiredColumns, unknownColumnMessage, type ImportKind } from '@aftercare/domain';
import type { ProblemPart } from '../../platform/http/problem.js';
import { CsvReader } from './csv-reader.js';
import { refusal, type FileRecord } from './import-refusal.js';
import { readText, type TextBlock } from './import-text.js';

/** A row as its cells by column: texts in CSV, values of any type in NDJSON. */
export type RawRow = Readonly<Record<string, unknown>>;

/** An import file whose beginning was read and found fit. */
export interface ImportFile {
  /**
   * The columns the file speaks of. What it does not speak of stays as it is in the book. An NDJSON file has no
   * header: it speaks of every field that any of its rows has, which is known at its end.
   */
  columns(): readonly string[];
  /** The rows in their order, in batches as the file is read. */
  batches: AsyncIterable<FileRecord<RawRow>[]>;
}

/**
 * Begins to read an import file: NDJSON when it begins with `{`, else CSV with a header.
 *
 * @throws ProblemError when the file is empty, not UTF-8, or its header is wrong, naming every wrong column. A
 *   wrong encoding further on is thrown by `batches`.
 */
export async function openImportFile(
  kind: ImportKind,
  source: AsyncIterable<Uint8Array>,
): Promise<ImportFile> {
  const blocks = readText(source);
  const first = await blocks.next();
  if (first.done)
    throw refusal('empty_file', 'The file is empty. A CSV file has at least a line with its columns.');
  const all = prepend(first.value, blocks);
  return first.value.text?.trimStart().startsWith('{') ? ndjsonFile(kind, all) : csvFile(kind, all);
}

async function csvFile(kind: ImportKind, blocks: AsyncIterable<TextBlock>): Promise<ImportFile> {
  const reader = new CsvReader();
  const batches = scan(reader, blocks);
  let header: FileRecord<readonly string[]> | undefined;
  let rest: FileRecord<readonly string[]>[] = [];
  for await (const batch of untilReturned(batches)) {
    [header, ...rest] = batch;
    if (header) break;
  }
  if (!header) throw refusal('empty_file', 'The file has no line with its columns.');
  if (header.cells === null)
    throw refusal('missing_column', `The line with the columns cannot be read: ${header.message}.`);
  const columns = header.cells.map((name) => name.trim());
  checkHeader(kind, columns);
  return {
    columns: () => columns,
    batches: mapBatches(prepend(rest, batches), (record) => withColumns(record, columns)),
  };
}

function withColumns(record: FileRecord<readonly string[]>, columns: readonly string[]): FileRecord<RawRow> {
  const { cells, line } = record;
  if (cells === null) return record;
  if (cells.length !== columns.length) {
    const message = `the row has ${cells.length} cells, and the file has ${columns.length} columns`;
    return { line, cells: null, code: 'wrong_column_count', message };
  }
  const row: Record<string, string> = {};
  for (let index = 0; index < columns.length; index += 1) row[columns[index]!] = cells[index]!;
  return { line, cells: row };
}

function checkHeader(kind: ImportKind, columns: readonly string[]): void {
  const known = new Set(importColumns[kind]);
  const given = new Set(columns);
  if (columns.length === 1 && /[;\t|]/.test(columns[0]!)) {
    throw refusal(
      'wrong_delimiter',
      'The columns must be separated by commas. Save the file again with commas.',
    );
  }
  const problems: ProblemPart[] = [
    ...requiredColumns[kind]
      .filter((name) => !given.has(name))
      .map((path) => ({ path, code: 'missing_column', message: 'is missing and must be there' })),
    ...[...given]
      .filter((name) => !known.has(name))
      .map((path) => ({ path, code: 'unknown_column', message: unknownColumnMessage(kind) })),
    ...[...given]
      .filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name))
      .map((path) => ({ path, code: 'duplicate_column', message: 'is there more than once' })),
  ];
  const [problem] = problems;
  if (!problem) return;
  const named = problems.map(({ path, message }) => `"${path}" ${message}`).join('; ');
  throw refusal(problem.code as 'missing_column', `The file's columns are wrong: ${named}.`, problems);
}

function ndjsonFile(kind: ImportKind, blocks: AsyncIterable<TextBlock>): ImportFile {
  const seen = new Set<string>(requiredColumns[kind]);
  return {
    columns: () => importColumns[kind].filter((name) => seen.has(name)),
    batches: parseLines(blocks, seen),
  };
}

async function* parseLines(
  blocks: AsyncIterable<TextBlock>,
  seen: Set<string>,
): AsyncGenerator<FileRecord<RawRow>[]> {
  for await (const block of blocks) {
    if (block.text === null) {
      yield [{ line: block.line, cells: null, code: block.code, message: block.message }];
      continue;
    }
    yield block.text.split('\n').flatMap((text, index): FileRecord<RawRow>[] => {
      if (text.trim() === '') return [];
      const record = parseLine(text, block.line + index);
      for (const name in record.cells) seen.add(name);
      return [record];
    });
  }
}

function parseLine(text: string, line: number): FileRecord<RawRow> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { line, cells: value as RawRow };
  } catch {
    // Not JSON: answered below.
  }
  return {
    line,
    cells: null,
    code: 'not_json',
    message: 'the line is not a JSON object; was the file cut off?',
  };
}

async function* scan(
  reader: CsvReader,
  blocks: AsyncIterable<TextBlock>,
): AsyncGenerator<FileRecord<readonly string[]>[]> {
  for await (const block of blocks) yield reader.read(block);
  yield reader.finish();
}

async function* mapBatches<From, To>(
  batches: AsyncIterable<From[]>,
  map: (item: From) => To,
): AsyncGenerator<To[]> {
  for await (const batch of batches) yield batch.map(map);
}

async function* prepend<Item>(first: Item, rest: AsyncIterable<Item>): AsyncGenerator<Item> {
  yield first;
  yield* rest;
}

/** Leaving a `for await` ends its generator; this one is read on afterwards. */
function untilReturned<Item>(generator: AsyncGenerator<Item>): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: () => ({ next: () => generator.next() }) };
}
