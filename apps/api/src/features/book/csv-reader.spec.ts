import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader } from './csv-reader.js';
import { longestRecord } from './import-refusal.js';
import { readText } from './import-text.js';

/** Every record of a file that comes in as these pieces: its line, and its cells or the code of what is wrong. */
async function scan(
  ...pieces: (string | Buffer)[]
): Promise<[line: number, cells: readonly string[] | string][]> {
  async function* source() {
    for (const piece of pieces) yield Buffer.from(piece as string);
  }
  const reader = new CsvReader();
  const records = [];
  for await (const block of readText(source())) records.push(...reader.read(block));
  records.push(...reader.finish());
  return records.map((record) => [record.line, record.cells ?? record.code]);
}

describe('what RFC 4180 has', () => {
  it('reads cells between commas, lines ending in LF, CRLF or the file', async () => {
    expect(await scan('a,b\r\n1,2\n3,')).toEqual([
      [1, ['a', 'b']],
      [2, ['1', '2']],
      [3, ['3', '']],
    ]);
  });

  it('reads lines that end in CR alone, wherever the first of them is cut', async () => {
    const read = [
      [1, ['a', 'b']],
      [2, ['1', 'é']],
      [3, ['3', '4']],
    ];
    expect(await scan('a,b\r1,é\r3,4\r')).toEqual(read);
    expect(await scan('a,b\r', '1,é\r3,', '4')).toEqual(read);
    expect(await scan('a,b\r', '\n1,é\r\n3,4')).toEqual(read);
    expect(await scan('a,b\n1,"\r"\n')).toEqual([
      [1, ['a', 'b']],
      [2, ['1', '\r']],
    ]);
    expect(await scan('a,b\r')).toEqual([[1, ['a', 'b']]]);
  });

  it('reads quoted cells with commas, quotes and line breaks, and counts lines on through them', async () => {
    expect(await scan('a,"b, ""c""\r\nd",e\n1,2,3\n')).toEqual([
      [1, ['a', 'b, "c"\r\nd', 'e']],
      [3, ['1', '2', '3']],
    ]);
  });

  it('ends a record of many lines where it ends, with more behind it or not', async () => {
    const many = '\n'.repeat(9);
    expect(await scan(`"${many}",b\r\n1,2\r\n"${many}","\r"\r\n"${many}"`)).toEqual([
      [1, [many, 'b']],
      [11, ['1', '2']],
      [12, [many, '\r']],
      [22, [many]],
    ]);
  });

  it('passes over empty lines, and over blanks between a closing quote and a comma', async () => {
    expect(await scan('a\n\n\r\n"b" ,c\n')).toEqual([
      [1, ['a']],
      [4, ['b', 'c']],
    ]);
  });

  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'é', '汉', '😀', '"', ',', '\n', '\r', ' ', '1'), maxLength: 6 }),
    fc.constantFrom('', 'plain'),
  );
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  const written = (rows: string[][], feed: string, quoteAll: boolean) =>
    rows
      .map((row) =>
        row
          .map((text) => (quoteAll || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
          .join(','),
      )
      .join(feed);

  it('reads what csv-parse reads, however the bytes are cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
        async (rows, feed, quoteAll, cuts) => {
          const bytes = Buffer.from(`a,b${feed}${written(rows, feed, quoteAll)}`);
          const pieces: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const next = at + cuts[turn % cuts.length]!;
            pieces.push(bytes.subarray(at, next));
            at = next;
          }
          const expected: string[][] = parse(bytes, {
            relaxColumnCount: true,
            recordDelimiter: ['\n', '\r\n'],
          });
          expect((await scan(...pieces)).map(([, cells]) => cells)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('faulty records cost one line', () => {
  const junk = fc.string({
    unit: fc.constantFrom('a', ' ', '"', ',', '\n', '\r\n', '"\n', ',"'),
    maxLength: 40,
  });

  it('whatever stands in a file, good rows before and behind it are read, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(junk, fc.nat(50), async (text, cut) => {
        // A quote left open ends at the next one: the row behind it is good again.
        const file = `a,b\nx${text}\n"\n1,2\n`;
        const records = await scan(file);
        expect(records[0]).toEqual([1, ['a', 'b']]);
        expect(records.at(-1)).toEqual([file.split('\n').length - 1, ['1', '2']]);
        expect(await scan(file.slice(0, cut), file.slice(cut))).toEqual(records);
      }),
      { numRuns: 1000 },
    );
  });

  it('a quote that is never closed does not swallow the rows behind it', async () => {
    expect(await scan('a,b\n1,"2\n3,4\n5,"6"\n')).toEqual([
      [1, ['a', 'b']],
      [2, 'stray_quote'],
      [3, ['3', '4']],
      [4, ['5', '6']],
    ]);
  });

  it('a file cut off within quotes loses its last row alone', async () => {
    expect(await scan('a,b\n1,2\n3,"4')).toEqual([
      [1, ['a', 'b']],
      [2, ['1', '2']],
      [3, 'unclosed_quote'],
    ]);
  });

  it('a faulty line before every line: each is judged alone, and in no more time than many lines take', async () => {
    const records = await scan('1,"2\n'.repeat(20_000));
    expect(records).toHaveLength(20_000);
    expect(
      records.filter(([line, found], index) => line !== index + 1 || !/quote/.test(found as string)),
    ).toEqual([]);
  });

  it('a quote in the middle of a cell, or text behind a closing one', async () => {
    expect(await scan('1,a"b\n2,"a"b\n3,"a" \n4,c\n')).toEqual([
      [1, 'stray_quote'],
      [2, 'stray_quote'],
      [3, 'stray_quote'],
      [4, ['4', 'c']],
    ]);
  });

  it('a row longer than may be held, in one piece or many', async () => {
    const long = 'x'.repeat(longestRecord + 1);
    const rows = [
      [1, ['a', 'b']],
      [2, 'record_too_long'],
      [3, ['1', '2']],
    ];
    expect(await scan(`a,b\n${long},2\n1,2\n`)).toEqual(rows);
    expect(await scan('a,b\n', long.slice(0, 700_000), long.slice(700_000), '9,2\n1,2\n')).toEqual(rows);
  });

  it('a quoted cell of many lines that is longer than may be held', async () => {
    const lines = Array.from({ length: 3 }, () => `${'x'.repeat(600_000)}\n`);
    const records = await scan('1,"', ...lines, '2,3\n');
    expect(records[0]).toEqual([1, 'unclosed_quote']);
    expect(records.at(-1)).toEqual([4, ['2', '3']]);
  });

  it('a file cut off in the middle of a character', async () => {
    expect(await scan(Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from('汉').subarray(0, 2)]))).toEqual([
      [1, ['a', 'b']],
      [2, 'cut_off'],
    ]);
  });
});
