import { isUtf8 } from 'node:buffer';
import { longestRecord, refusal, type RecordFaultCode } from './import-refusal.js';

/** Whole lines of a file, or a line of which no text is given. */
export type TextBlock =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly text: null; readonly code: RecordFaultCode; readonly message: string };

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Reads bytes as UTF-8, a block of whole lines at a time; only the last block may end without a line feed. Holds no
 * more than one block and one line, whatever the file's size and however long its lines are.
 *
 * @throws ProblemError when the file is not UTF-8, naming the line
 */
export async function* readText(source: AsyncIterable<Uint8Array>): AsyncGenerator<TextBlock> {
  let line = 1;
  let rest: Buffer[] = [];
  let restLength = 0;
  let skipping = false;
  for await (const chunk of withLineFeeds(withoutMark(source))) {
    const start = skipping ? chunk.indexOf(lineFeed) + 1 : 0;
    if (skipping && start === 0) continue;
    if (skipping) line += 1;
    skipping = false;
    const end = chunk.lastIndexOf(lineFeed) + 1;
    if (end > start) {
      const bytes = Buffer.concat([...rest, chunk.subarray(start, end)]);
      yield { line, text: decode(bytes, line) };
      line += countLines(bytes);
      rest = [];
      restLength = 0;
    }
    const tail = chunk.subarray(Math.max(start, end));
    rest.push(tail);
    restLength += tail.length;
    if (restLength <= longestRecord) continue;
    yield { line, text: null, code: 'record_too_long', message: tooLong };
    rest = [];
    restLength = 0;
    skipping = true;
  }
  if (restLength > 0) yield lastLine(Buffer.concat(rest), line);
}

export const tooLong = `the row is longer than ${longestRecord} bytes and was skipped up to the next line`;

/** Ends lines with line feeds where a file does it with carriage returns alone, as spreadsheets on a Macintosh may. */
async function* withLineFeeds(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let alone: boolean | null = null;
  let held: Buffer[] = [];
  for await (const chunk of source) {
    const bytes = held.length > 0 ? Buffer.concat([...held, chunk]) : chunk;
    held = [];
    if (alone === null) {
      // The first line break tells; a carriage return does together with what stands behind it.
      const feed = bytes.indexOf(lineFeed);
      const first = bytes.indexOf(carriageReturn);
      if (first === bytes.length - 1) held = [bytes];
      else if (first >= 0 && (feed < 0 || first < feed)) alone = bytes[first + 1] !== lineFeed;
      else if (feed >= 0) alone = false;
    }
    if (alone) for (const [at, byte] of bytes.entries()) if (byte === carriageReturn) bytes[at] = lineFeed;
    if (held.length === 0) yield bytes;
  }
  yield* held;
}

/** Takes a byte order mark away, and recognises what is no UTF-8 text by how it begins. */
async function* withoutMark(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const piece of source) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < 4) continue;
    yield fromHead(head);
    head = null;
  }
  if (head !== null && head.length > 0) yield fromHead(head);
}

function fromHead(head: Buffer): Buffer {
  const starts = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  if (starts(0xef, 0xbb, 0xbf)) return head.subarray(3);
  // Without its mark UTF-16 shows by the empty half of its first letters.
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff) || (head.length > 1 && (head[0] === 0 || head[1] === 0))) {
    throw refusal('wrong_encoding', 'The file is written in UTF-16. Save it again as UTF-8.');
  }
  if (starts(0x50, 0x4b, 0x03, 0x04)) {
    throw refusal('not_text', 'The file is a workbook or an archive. Save the sheet as "CSV UTF-8".');
  }
  if (starts(0x1f, 0x8b)) throw refusal('not_text', 'The file is compressed. Unpack it first.');
  return head;
}

function decode(bytes: Buffer, firstLine: number): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let line = firstLine;
  for (let start = 0; start < bytes.length; line += 1) {
    const feed = bytes.indexOf(lineFeed, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end;
  }
  throw refusal('wrong_encoding', `Line ${line} is not UTF-8. Save the file again as UTF-8.`, [
    { path: `line ${line}`, code: 'wrong_encoding', message: 'holds bytes that are no UTF-8 text' },
  ]);
}

/** A file that was cut off may end in the middle of a character: that is a bad row, not a wrong encoding. */
function lastLine(bytes: Buffer, line: number): TextBlock {
  for (let missing = 1; missing <= 3 && missing < bytes.length && !isUtf8(bytes); missing += 1) {
    const tail = bytes.subarray(bytes.length - missing);
    if (isUtf8(bytes.subarray(0, bytes.length - missing)) && beginsCharacter(tail)) {
      return {
        line,
        text: null,
        code: 'cut_off',
        message: 'the row ends in the middle of a character: the file was cut off',
      };
    }
  }
  return { line, text: decode(bytes, line) };
}

function beginsCharacter(bytes: Buffer): boolean {
  const lead = bytes[0]!;
  const length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  return length > bytes.length && bytes.subarray(1).every((byte) => byte >= 0x80 && byte < 0xc0);
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}
