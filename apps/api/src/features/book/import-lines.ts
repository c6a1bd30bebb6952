import { parseImportRow, type ImportIssue, type ImportKind } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import type { ImportFile, RawRow } from './import-file.js';
import type { FileRecord } from './import-refusal.js';

/** What is wrong with one cell of a row, or, with no column, with the row as such. */
type Fault = Omit<ImportIssue, 'code'> & { code: string };

/**
 * The file's rows as lines for `COPY import_stage`: line number, faults, then the columns in their order. Cells
 * hold no empty text, so an empty field stands for NULL.
 */
export class StagingLines {
  /** Rows seen so far. */
  received = 0;

  constructor(
    private readonly kind: ImportKind,
    private readonly columns: readonly string[],
    private readonly file: ImportFile,
    private readonly now: Temporal.Instant,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const batch of this.file.batches) {
      let text = '';
      for (const record of batch) text += this.line(record);
      this.received += batch.length;
      if (text !== '') yield Buffer.from(text);
    }
  }

  private line(record: FileRecord<RawRow>): string {
    if (record.cells === null) {
      return this.rejected(record.line, [
        { column: '', value: '', code: record.code, message: record.message },
      ]);
    }
    const result = parseImportRow(this.kind, record.cells, this.now);
    if (!result.ok) return this.rejected(record.line, result.issues);
    const row = result.row as unknown as RawRow;
    let cells = `${record.line}\t`;
    for (const column of this.columns) {
      const value = row[column];
      cells += '\t';
      if (value === null) continue;
      cells += typeof value === 'object' ? json(record.cells[column], value) : String(value);
    }
    return `${escapeBackslashes(cells)}\n`;
  }

  private rejected(line: number, faults: readonly Fault[]): string {
    const json = JSON.stringify(faults.map(storable));
    return `${line}\t${escapeBackslashes(json)}${'\t'.repeat(this.columns.length)}\n`;
  }
}

/** JSON as it was written, where that is one line of text: to write it anew costs more than to check it. */
function json(written: unknown, value: unknown): string {
  return typeof written === 'string' && !/[\t\r\n]/.test(written) ? written : JSON.stringify(value);
}

/** The one character of the cells that means something to COPY: line breaks and tabs are refused by the domain. */
function escapeBackslashes(text: string): string {
  return text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
}

/** What was wrong is to be shown even when the wrong thing is a character that no database text can hold. */
function storable(fault: Fault): Fault {
  const fit = (text: string) => text.replace(/[\0\p{Cs}]/gu, '\ufffd');
  return {
    column: fit(fault.column),
    value: fit(fault.value),
    code: fault.code,
    message: fit(fault.message),
  };
}
