import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { message, partsOf } from '../../test/support/messages.js';
import { buildMessage } from './build-message.js';

describe('how the words travel', () => {
  it('as they are where the server takes that, and the message says so', () => {
    const { raw } = buildMessage(message({ text: 'Grüße 保险', html: '<p>£5 …</p>', eightBit: true }));
    expect(raw.toString()).toContain('Grüße 保险\r\n');
    expect(raw.toString()).toContain('<p>£5 …</p>\r\n');
    const parts = partsOf(raw);
    expect(parts).toHaveLength(3);
    for (const part of parts) expect(part).toContain('Content-Transfer-Encoding: 8bit');
  });

  it('in ASCII where it does not', () => {
    const { raw } = buildMessage(message({ text: 'Grüße 保险', html: '<p>a=b</p>' }));
    expect(raw.toString('latin1')).toMatch(/^[\r\n\x20-\x7e]*$/);
    expect(raw.toString()).toContain('Gr=C3=BC=C3=9Fe =E4=BF=9D=E9=99=A9\r\n');
    expect(raw.toString()).toContain('<p>a=3Db</p>\r\n');
    expect(partsOf(raw)[0]).not.toContain('Content-Transfer-Encoding');
  });

  it.each([
    [998, '8bit'],
    [999, 'quoted-printable'],
  ])('a line of %i octets goes as %s', (length, encoding) => {
    const line = 'x'.repeat(length);
    for (const html of [line, `<p>\n${line}\n</p>`, `${line}\nend`]) {
      const { raw } = buildMessage(message({ html, eightBit: true }));
      expect(raw.toString()).toContain(`Content-Transfer-Encoding: ${encoding}`);
    }
  });

  it.each([
    ['spaces at the end of a line  \nand tabs\t\n', 'spaces at the end of a line =20\r\nand tabs=09\r\n'],
    ['a=b', 'a=3Db'],
    [`${'y'.repeat(75)}é`, `${'y'.repeat(75)}=\r\n=C3=A9`],
    [`${'y'.repeat(71)}é`, `${'y'.repeat(71)}=C3=\r\n=A9`],
  ])('quoted-printable keeps %j', (text, encoded) => {
    expect(buildMessage(message({ text })).raw.toString('latin1')).toContain(`\r\n\r\n${encoded}`);
  });

  it('is read as it was written, whatever it is made of', async () => {
    const nasty = [
      '\r\n',
      '\n',
      '\r',
      '\n.\n',
      '\n..',
      '=',
      '=3D',
      ' \n',
      '\t',
      '--',
      '=_018f',
      '\ud83d',
      '😀',
    ];
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(...nasty),
      fc.integer({ min: 1, max: 1200 }).map((length) => 'x'.repeat(length)),
      fc.integer({ min: 1, max: 400 }).map((length) => '险'.repeat(length)),
    );
    const words = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(words, words, fc.boolean(), async (text, html, eightBit) => {
        const { raw } = buildMessage(message({ text, html: `<p>${html}</p>`, eightBit }));
        const octets = raw.toString('latin1');
        // Lines fit, end in CRLF alone, and hold nothing that a server may refuse.
        expect(octets).toMatch(/^(?:[\t\x20-\x7e\x80-\xff]{0,998}\r\n)*$/);
        if (!eightBit) expect(octets).toMatch(/^(?:[\t\x20-\x7e]{0,76}\r\n)*$/);
        const parsed = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true });
        expect(parsed.html).toBe(readable(`<p>${html}</p>`));
        expect(withoutLastBreak(parsed.text ?? '')).toBe(withoutLastBreak(readable(text)));
      }),
      { numRuns: 150 },
    );
  });

  it('cannot be ended by words that look like a boundary', async () => {
    const boundary = /boundary="([^"]+)"/.exec(buildMessage(message()).raw.toString())?.[1] ?? '';
    const text = `--${boundary}\n\nnot a part\n--${boundary}--\n`;
    const { raw } = buildMessage(message({ text, eightBit: true }));
    const parsed = await simpleParser(raw, { skipTextToHtml: true });
    expect(withoutLastBreak(parsed.text ?? '')).toBe(withoutLastBreak(text));
    expect(parsed.html).toBe('<p>Hello</p>');
  });
});

/** What a person reads: control characters and halves of characters are no text. */
function readable(text: string): string {
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex -- control characters are what it is about
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ')
      .replace(/\r\n?/g, '\n')
  );
}

/** The parser adds one to plain text, or leaves out the one that is there. */
function withoutLastBreak(text: string): string {
  return text.replace(/\n$/, '');
}

describe('what a message may carry beside its words', () => {
  const content = Buffer.from('89504e470d0a1a0a', 'hex');
  const logo = { cid: 'logo', contentType: 'image/png', filename: 'logo.png', content };
  const calendar = {
    method: 'REQUEST' as const,
    content: 'BEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:社区活动\nEND:VCALENDAR\n',
  };

  it.each([true, false])('a picture that the HTML shows (8bit: %s)', async (eightBit) => {
    const html = '<img src="cid:logo">';
    const { raw } = buildMessage(message({ html, inline: [logo], eightBit }));
    const parsed = await simpleParser(raw, { keepCidLinks: true });
    expect(parsed.html).toBe(html);
    expect(parsed.attachments).toMatchObject([
      { cid: 'logo', contentType: 'image/png', contentDisposition: 'inline', related: true, content },
    ]);
    expect(partsOf(raw)[0]).toContain('multipart/alternative');
  });

  it.each([true, false])('an appointment, both to be answered and as a file (8bit: %s)', async (eightBit) => {
    const { raw } = buildMessage(message({ calendar, inline: [logo], eightBit }));
    const parsed = await simpleParser(raw);
    const written = calendar.content.replaceAll('\n', '\r\n');
    const files = parsed.attachments.map((file) => [file.contentType, file.filename]);
    expect(files).toEqual([
      ['image/png', 'logo.png'],
      ['text/calendar', undefined],
      ['application/ics', 'event.ics'],
    ]);
    for (const file of parsed.attachments.slice(1)) expect(file.content.toString()).toBe(written);
    expect(raw.toString()).toContain('Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n');
    expect(parsed.html).toContain('<p>Hello</p>');
    expect(parsed.text).toContain('Hello');
  });

  it.each([
    { cid: 'a>\r\nX: y' },
    { cid: '' },
    { contentType: 'image' },
    { contentType: 'image/png\r\nX: y' },
  ])('nothing that could write fields of its own: %o', (change) => {
    expect(() => buildMessage(message({ inline: [{ ...logo, ...change }] }))).toThrow(
      expect.objectContaining({ code: 'bad_file' }),
    );
  });
});
