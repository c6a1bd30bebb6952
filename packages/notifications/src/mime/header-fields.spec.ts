import fc from 'fast-check';
import { simpleParser, type AddressObject } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { mailboxField, subjectField } from './header-fields.js';
import { headerText } from './header-text.js';

const address = 'ada@customer.test';
const to = (name: string | null) => mailboxField('To', { name, address });

describe('a mailbox', () => {
  it.each([
    [null, 'To: ada@customer.test\r\n'],
    ['Ada Lovelace', 'To: Ada Lovelace <ada@customer.test>\r\n'],
    ["Ada O'Neill-Byron", "To: Ada O'Neill-Byron <ada@customer.test>\r\n"],
    ['Lovelace, Ada', 'To: "Lovelace, Ada" <ada@customer.test>\r\n'],
    ['Ada "the\\first"', 'To: "Ada \\"the\\\\first\\"" <ada@customer.test>\r\n'],
    ['陈建国', 'To: =?UTF-8?B?6ZmI5bu65Zu9?= <ada@customer.test>\r\n'],
    ['=?UTF-8?Q?eve?=', 'To: =?UTF-8?B?PT9VVEYtOD9RP2V2ZT89?= <ada@customer.test>\r\n'],
  ])('%j is written as %j', (name, field) => expect(to(name)).toBe(field));
});

describe('a long line', () => {
  it('is broken at spaces, and reads the same', () => {
    const subject = 'Please pay by Monday, 20 April 2026 to keep your insurance, '.repeat(3).trim();
    const lines = subjectField(subject).split('\r\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join('')).toBe(`Subject: ${subject}`);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(76);
  });

  it('is left whole where a word is longer, and never begins with nothing', () => {
    const word = 'x'.repeat(120);
    expect(subjectField(word)).toBe(`Subject: ${word}\r\n`);
    expect(subjectField(`a ${word} b`)).toBe(`Subject: a\r\n ${word}\r\n b\r\n`);
  });
});

it('names and subjects of any script are read as they were written, in short lines', async () => {
  const nasty = ['"', '\\', '<', ',', '=?utf-8?B?', '?=', '😀', '👩‍👧', '险', 'ß', ' ', 'x'.repeat(30)];
  const words = fc
    .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom(...nasty)), {
      maxLength: 14,
    })
    .map((parts) => headerText(parts.join('')));
  await fc.assert(
    fc.asyncProperty(words, words, async (name, subject) => {
      const head = `${to(name)}${subjectField(subject)}`;
      expect(head).toMatch(/^(?:[\x20-\x7e]+\r\n)+$/);
      for (const line of head.split('\r\n').slice(0, -1)) {
        expect(line.trim()).not.toBe('');
        const encoded = line.match(/=\?UTF-8\?B\?\S*\?=/g) ?? [];
        if (encoded.length > 0) expect(line.length).toBeLessThanOrEqual(76);
        for (const word of encoded)
          expect(Buffer.from(word.slice(10, -2), 'base64').toString()).not.toContain('\ufffd');
      }
      const parsed = await simpleParser(`${head}\r\n`);
      expect((parsed.to as AddressObject).value).toEqual([{ name, address }]);
      expect(parsed.subject ?? '').toBe(subject);
    }),
    { numRuns: 200 },
  );
});
