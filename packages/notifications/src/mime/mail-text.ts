/**
 * Text as it goes into a message: UTF-8, lines that end in CRLF, and no other control character but the tab.
 *
 * Kept with one octet to a character. Such strings are joined, measured and written out at the speed of copying
 * memory, where text beyond Latin-1 is converted character by character, each time.
 */
export class MailText {
  private constructor(readonly octets: string) {}

  /** Any text; line ends of any kind become CRLF, and what is no character at all U+FFFD. */
  static of(text: string): MailText {
    return new MailText(octetsOf(text));
  }

  /** What {@link octetsOf} made, joined with more of the kind. */
  static joined(octets: string): MailText {
    return new MailText(octets);
  }

  /** With plain line feeds, for a page or a person. */
  toString(): string {
    return Buffer.from(this.octets, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
  }
}

const plain = /^[\t -~]*$/;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const unfit = /[^\t -~\u0080-\uffff]/;

/** The octets of a piece of text, fit to stand beside others in a {@link MailText}. */
export function octetsOf(text: string): string {
  if (plain.test(text)) return text;
  // A bare CR or LF is where mail servers disagree on a line's end.
  const clean = unfit.test(text) ? text.replace(controls, ' ').replace(/\r\n|\r|\n/g, '\r\n') : text;
  return clean.length <= shortest ? octetsOneByOne(clean) : Buffer.from(clean, 'utf8').toString('latin1');
}

/** A name, an amount: for what is no longer than that, to make a buffer takes longer than all the rest. */
const shortest = 48;

function octetsOneByOne(text: string): string {
  let octets = '';
  for (let at = 0; at < text.length; at += 1) {
    let point = text.codePointAt(at) ?? 0;
    if (point < 0x80) octets += String.fromCharCode(point);
    else if (point < 0x800) octets += String.fromCharCode(0xc0 | (point >> 6), last(point));
    else if (point < 0x1_0000) {
      // Half of a pair is no character.
      if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
      octets += String.fromCharCode(0xe0 | (point >> 12), last(point >> 6), last(point));
    } else {
      octets += String.fromCharCode(0xf0 | (point >> 18), last(point >> 12), last(point >> 6), last(point));
      at += 1;
    }
  }
  return octets;
}

function last(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
