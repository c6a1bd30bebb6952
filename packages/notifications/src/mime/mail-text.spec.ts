import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MailText, octetsOf } from './mail-text.js';

describe('mail text', () => {
  it.each([
    ['a\nb\rc\r\nd', 'a\r\nb\r\nc\r\nd'],
    ['nul\0 and bell\u0007', 'nul  and bell '],
    ['tab\tstays', 'tab\tstays'],
    ['half \ud83d pair', 'half \u00ef\u00bf\u00bd pair'],
    ['é', '\u00c3\u00a9'],
  ])('of %j has the octets %j', (text, octets) => expect(MailText.of(text).octets).toBe(octets));

  it('reads as it was written, in any script, and ends its lines in CRLF alone', () => {
    const anything = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r', '\r\n', '保险', '😀', '\ud83d')),
    );
    fc.assert(
      fc.property(anything, (parts) => {
        const text = parts.join('');
        const { octets } = MailText.of(text);
        expect(octets).toMatch(/^(?:\r\n|[\t\x20-\x7e\x80-\xff])*$/);
        const readable = text
          .toWellFormed()
          // eslint-disable-next-line no-control-regex -- control characters are what it is about
          .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ')
          .replace(/\r\n?/g, '\n');
        expect(String(MailText.of(text))).toBe(readable);
      }),
      { numRuns: 2000 },
    );
  });
});

it('writes short text in the same octets as long text', () => {
  const long = 'é'.repeat(60);
  const odd = fc.string({ unit: 'binary', maxLength: 48 });
  fc.assert(
    fc.property(fc.oneof(odd, fc.constantFrom('\ud800', 'a\udc00b', '😀\ud83d')), (text) => {
      expect(octetsOf(text) + octetsOf(long)).toBe(octetsOf(text + long));
    }),
  );
});
