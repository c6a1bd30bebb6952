/** How a body of text goes over the wire (RFC 2045 section 6). */
export type TransferEncoding = '8bit' | 'quoted-printable';

/** RFC 5321 section 4.5.3.1.6 allows this many octets in a line, without its CRLF. */
const longestLine = 998;
const longestEncodedLine = 76;
const [carriageReturn, lineFeed, equals] = [0x0d, 0x0a, 0x3d];
const hex = Buffer.from('0123456789ABCDEF');

/** Whether a line is longer than mail servers have to take. */
export function hasOverlongLine(raw: Buffer): boolean {
  let start = 0;
  // From line end to the last line end that must come in time: a few steps for a whole message.
  while (raw.length - start > longestLine) {
    const end = raw.lastIndexOf(lineFeed, start + longestLine + 1);
    if (end < start) return true;
    start = end + 1;
  }
  return false;
}

/** What to do with each octet: write it, escape it, escape it before a line's end, or end the line. */
const [asItIs, escaped, blank, end] = [0, 1, 2, 3];
const treatment = new Uint8Array(256).fill(escaped).fill(asItIs, 0x21, 0x7f);
treatment.set([blank], 0x20);
treatment.set([blank], 0x09);
treatment.set([end], carriageReturn);
treatment.set([escaped], equals);

// Encoding never waits for anything, so one place to do it in is enough.
let workspace = Buffer.allocUnsafe(256 * 1024);

/** RFC 2045 section 6.7: ASCII in lines of at most 76 characters. */
export function quotedPrintable(text: string): string {
  const octets = Buffer.from(text, 'latin1');
  const length = octets.length;
  // All of it escaped, and a soft break after every 24 escapes.
  if (workspace.length < length * 3.2 + 8) workspace = Buffer.allocUnsafe(Math.ceil(length * 3.2) + 8);
  const encoded = workspace;
  let at = 0;
  let column = 0;
  for (let index = 0; index < length; index += 1) {
    const octet = octets[index] as number;
    const how = treatment[octet];
    if (how === end) {
      encoded[at] = carriageReturn;
      encoded[at + 1] = lineFeed;
      at += 2;
      column = 0;
      index += 1;
      continue;
    }
    const asIs =
      how === asItIs || (how === blank && index + 1 < length && octets[index + 1] !== carriageReturn);
    const width = asIs ? 1 : 3;
    if (column + width >= longestEncodedLine) {
      encoded[at] = equals;
      encoded[at + 1] = carriageReturn;
      encoded[at + 2] = lineFeed;
      at += 3;
      column = 0;
    }
    if (asIs) encoded[at] = octet;
    else {
      encoded[at] = equals;
      encoded[at + 1] = hex[octet >> 4] as number;
      encoded[at + 2] = hex[octet & 15] as number;
    }
    at += width;
    column += width;
  }
  return encoded.toString('latin1', 0, at);
}

/** Any bytes in base64, in lines of 76 characters. */
export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
}
