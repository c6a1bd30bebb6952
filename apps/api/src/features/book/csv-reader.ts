import Papa, { type ParseResult } from 'papaparse';
import { longestRecord, type FileRecord, type RecordFaultCode } from './import-refusal.js';
import { tooLong, type TextBlock } from './import-text.js';

type Cells = readonly string[];

/** Where reading goes on behind a record or a faulty line, and what was there; no record is an empty line. */
interface Found {
  readonly next: number;
  readonly record: { cells: Cells } | { cells: null; code: RecordFaultCode; message: string } | null;
}

/**
 * Reads CSV as RFC 4180 has it: quoted cells with commas, line breaks and doubled quotes in them, lines ending in
 * CRLF or LF. Empty lines are passed over, and so are blanks between a closing quote and a comma or a line feed.
 *
 * Papa Parse takes a record apart; here is decided how much it is handed: one line, and twice as much as long as a
 * quote stays open. So the line a record begins on is known, no record takes more memory than it may, and a faulty one
 * costs one line: reading goes on at the line after the one on which it began, and a quote that was never closed does
 * not swallow the good rows behind it.
 */
export class CsvReader {
  private readonly parser = new Papa.Parser({ delimiter: ',', newline: '\n', quoteChar: '"', preview: 1 });
  private pending = '';
  private line = 1;

  /** The records that end in this block. */
  read(block: TextBlock): FileRecord<Cells>[] {
    if (block.text !== null) {
      if (this.pending === '') this.line = block.line;
      return this.records(this.pending + block.text, false);
    }
    const { line, code, message } = block;
    return [...this.records(this.pending, true), { line, cells: null, code, message }];
  }

  /** The records that only the end of the file ends. */
  finish(): FileRecord<Cells>[] {
    return this.records(this.pending, true);
  }

  private records(text: string, atEnd: boolean): FileRecord<Cells>[] {
    const records: FileRecord<Cells>[] = [];
    let start = 0;
    while (start < text.length) {
      const found = this.find(text, start, atEnd);
      if (found === null) break;
      if (found.record) records.push({ line: this.line, ...found.record });
      this.line += feedsWithin(text, start, found.next);
      start = found.next;
    }
    this.pending = text.slice(start);
    return records;
  }

  /** What begins at `start`; null when its end is not in the text yet. */
  private find(text: string, start: number, atEnd: boolean): Found | null {
    const firstEnd = lineEnd(text, start);
    const faulty = (code: RecordFaultCode, message: string): Found => ({
      next: firstEnd + 1,
      record: { cells: null, code, message },
    });
    for (let end = firstEnd; ;) {
      const lines = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
      if (lines === '') return { next: end + 1, record: null };
      if (end === firstEnd && lines.length > longestRecord) return faulty('record_too_long', tooLong);
      const { data, errors, meta } = this.parser.parse(lines, 0, false) as ParseResult<string[]>;
      if (errors.length === 0 && meta.truncated) {
        // More than the record was handed over. Once more without the rest, and without its carriage return.
        end = start + meta.cursor - 1;
      } else if (errors.length === 0) {
        if (lines.length > longestRecord) return faulty('record_too_long', tooLong);
        if (hasStrayQuote(data[0]!, lines)) return faulty('stray_quote', stray);
        return { next: end + 1, record: { cells: data[0]! } };
      } else {
        if (errors[0]!.code !== 'MissingQuotes') return faulty('stray_quote', stray);
        if (lines.length > longestRecord) return faulty('unclosed_quote', unclosed);
        if (end === text.length)
          return atEnd ? faulty('unclosed_quote', `${unclosed}; was the file cut off?`) : null;
        end = lineEnd(text, end + 1 + end - start);
      }
    }
  }
}

const unclosed = 'a quote is opened here and never closed';
const stray =
  'a quote stands in a cell that is not in quotes, or text follows a closing quote; write it twice: ""';

/** Papa Parse takes a quote in a cell without quotes for text. More often it is the rest of a cell that was cut. */
function hasStrayQuote(cells: Cells, written: string): boolean {
  return cells.some((cell) => cell.includes('"') && !written.includes(`"${cell.replaceAll('"', '""')}"`));
}

function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  return feed < 0 ? text.length : feed;
}

function feedsWithin(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
