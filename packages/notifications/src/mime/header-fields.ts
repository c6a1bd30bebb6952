import { parseAddress } from './address.js';
import { headerText } from './header-text.js';
import type { Mailbox } from './mime.types.js';

/** RFC 5322 section 2.1.1: a line should have no more than 78 characters. */
const longestLine = 76;
/** As many octets as make an encoded word of 64 characters, which fits behind the name of any field of ours. */
const octetsInWord = 39;

// Decoders take whatever looks like an encoded word for one, so text that does is encoded too.
const asciiText = /^(?!.*=\?)[\x20-\x7e]*$/;
const atoms = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/;

/** The field of a mailbox: its name as it stands, in quotes, or in encoded words (RFC 2047), whichever it needs. */
export function mailboxField(name: string, { name: display, address }: Mailbox): string {
  const shown = headerText(display ?? '');
  const addressed = parseAddress(address);
  if (shown === '') return folded(`${name}: ${addressed}`);
  if (!asciiText.test(shown)) return folded(`${name}: ${encodedWords(shown)} <${addressed}>`);
  const phrase = atoms.test(shown) ? shown : `"${shown.replace(/["\\]/g, '\\$&')}"`;
  return folded(`${name}: ${phrase} <${addressed}>`);
}

export function subjectField(subject: string): string {
  const shown = headerText(subject);
  return folded(`Subject: ${asciiText.test(shown) ? shown : encodedWords(shown)}`);
}

/** RFC 5322 section 3.3, in UTC. */
export function dateField(date: Date): string {
  const second = Math.floor(date.getTime() / 1000);
  if (second !== lastSecond) {
    lastDate = `Date: ${date.toUTCString().replace('GMT', '+0000')}\r\n`;
    lastSecond = second;
  }
  return lastDate;
}

/** Thousands of messages are dated within the same one. */
let lastSecond = Number.NaN;
let lastDate = '';

/** UTF-8 in words of whole characters; the spaces between two of them are no part of what they say. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let from = 0;
  let octets = 0;
  for (let at = 0; at < text.length;) {
    const point = text.codePointAt(at) ?? 0;
    const width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
    if (octets + width > octetsInWord) {
      words.push(text.slice(from, at));
      from = at;
      octets = 0;
    }
    octets += width;
    at += width === 4 ? 2 : 1;
  }
  words.push(text.slice(from));
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

/** A field with its CRLF, broken at spaces so that its lines stay short; a longer word stands on a line of its own. */
function folded(field: string): string {
  if (field.length <= longestLine) return `${field}\r\n`;
  const [first = '', ...words] = field.split(' ');
  let line = first;
  let lines = '';
  for (const word of words) {
    // Nothing but the name on a line is what some parsers take for an empty field.
    if (line.length + 1 + word.length <= longestLine || line === first) line += ` ${word}`;
    else {
      lines += `${line}\r\n`;
      line = ` ${word}`;
    }
  }
  return `${lines}${line}\r\n`;
}
