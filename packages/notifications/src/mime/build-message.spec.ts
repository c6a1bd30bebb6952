import fc from 'fast-check';
import { simpleParser, type AddressObject } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { message } from '../../test/support/messages.js';
import { buildMessage } from './build-message.js';
import type { MessageInput } from './mime.types.js';

const input = message();

/** The header fields exactly as they stand, unfolded. */
function fields(change: Partial<MessageInput>): Record<string, string[]> {
  const { raw } = buildMessage({ ...input, ...change });
  const head = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
  const found: Record<string, string[]> = {};
  for (const line of head.replace(/\r\n[ \t]/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    (found[line.slice(0, colon)] ??= []).push(line.slice(colon + 2));
  }
  return found;
}

describe('the headers', () => {
  it('of a service message', () => {
    expect(fields({})).toMatchObject({
      From: ['Harbour Insurance <hello@harbour.example>'],
      To: ['Ada Lovelace <ada@customer.test>'],
      'Message-ID': ['<018f-77@harbour.example>'],
      'X-Aftercare-Delivery': ['018f-77'],
      'List-Unsubscribe': ['<https://harbour.example/u/abc>'],
      'Auto-Submitted': ['auto-generated'],
      'Feedback-ID': ['motor-renewal:renewals:service:aftercare'],
      'Content-Language': ['en'],
      Date: ['Sun, 01 Mar 2026 08:00:00 +0000'],
    });
    expect(fields({})).not.toHaveProperty('List-Unsubscribe-Post');
  });

  it('of a message that carries several deliveries: a line for each, the one it bears the id of first', () => {
    expect(fields({ carries: ['018f-78', '018f-79'] })).toMatchObject({
      'X-Aftercare-Delivery': ['018f-77', '018f-78', '018f-79'],
    });
  });

  it('of a marketing message, with both ways out', () => {
    const unsubscribe = { url: 'https://harbour.example/u/abc', mailto: 'leave@harbour.example' };
    expect(fields({ class: 'marketing', unsubscribe })).toMatchObject({
      'List-Unsubscribe': ['<https://harbour.example/u/abc>, <mailto:leave@harbour.example>'],
      'List-Unsubscribe-Post': ['List-Unsubscribe=One-Click'],
    });
  });

  it.each(['legal', 'account'] as const)('of a %s message offer no way out', (kind) => {
    const found = fields({ class: kind, unsubscribe: undefined });
    expect(Object.keys(found).filter((name) => name.startsWith('List-'))).toEqual([]);
  });

  it('keep a long unsubscribe link on one line', () => {
    const url = `https://harbour.example/u/${'a'.repeat(600)}`;
    const { raw } = buildMessage({ ...input, unsubscribe: { url } });
    expect(raw.toString()).toContain(`\r\nList-Unsubscribe: <${url}>\r\n`);
  });
});

describe('the envelope', () => {
  it('is what the caller says it is, and no header repeats it', () => {
    const { raw, envelope } = buildMessage(input);
    expect(envelope).toEqual({ from: 'bounces+tag@mail.harbour.example', to: 'ada@customer.test' });
    expect(raw.toString()).not.toContain('bounces');
  });
});

describe('what is refused', () => {
  it.each([
    [{ to: { address: 'not an address' } }, 'not_an_address'],
    [{ from: { address: 'a@b.test\r\nBcc: eve@evil.test' } }, 'control_character'],
    [{ unsubscribe: undefined }, 'unsubscribe_missing'],
    [{ class: 'marketing', unsubscribe: undefined }, 'unsubscribe_missing'],
    [{ class: 'legal' }, 'unsubscribe_not_allowed'],
    [{ unsubscribe: { url: 'javascript:alert(1)' } }, 'bad_url'],
    [{ deliveryId: undefined }, 'delivery_id_missing'],
    [{ messageId: '<a@b.test>\r\nX: y' }, 'bad_message_id'],
    [{ returnPath: 'bounces' }, 'not_an_address'],
  ] as [Partial<MessageInput>, string][])('%o: %s', (change, code) => {
    expect(() => buildMessage({ ...input, ...change })).toThrow(expect.objectContaining({ code }));
  });
});

describe('a hostile name or subject', () => {
  const injection = 'Ada\r\nBcc: eve@evil.test\r\n\r\n<script>';

  it('adds no header and no recipient', () => {
    const plain = Object.keys(fields({})).sort();
    const found = fields({ subject: injection, to: { name: injection, address: 'ada@customer.test' } });
    expect(Object.keys(found).sort()).toEqual(plain);
    expect(found['Bcc']).toBeUndefined();
  });

  it('survives the journey as mere text, whatever it is made of', async () => {
    const anything = fc.string({ unit: 'binary', maxLength: 120 });
    const nasty = fc.constantFrom(
      '\r\n',
      '\n',
      '\r',
      '"',
      '<',
      '>',
      ',',
      ';',
      '@',
      '=?utf-8?B?',
      '\u2028',
      '保险',
    );
    const text = fc.array(fc.oneof(anything, nasty), { maxLength: 6 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, text, text, async (name, subject, body) => {
        const { raw } = buildMessage({
          ...input,
          to: { name, address: 'ada@customer.test' },
          subject,
          text: `${body}\n.\nend`,
          html: `<p>${body}</p>`,
        });
        const parsed = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true });
        expect([...parsed.headers.keys()].sort()).toEqual(
          [...(await simpleParser(buildMessage(input).raw)).headers.keys()]
            .filter((key) => key !== 'subject' || parsed.headers.has('subject'))
            .sort(),
        );
        const recipients = (parsed.to as AddressObject).value;
        expect(recipients.map((recipient) => recipient.address)).toEqual(['ada@customer.test']);
        expect(parsed.messageId).toBe('<018f-77@harbour.example>');
        expect(parsed.text?.replace(/\s/g, '')).toContain('end');
        // Every line fits what RFC 5322 allows, and no bare line break hides in it.
        for (const line of raw.toString('latin1').split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(998);
          expect(line).not.toMatch(/[\r\n]/);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is read by the recipient as it was written, in any script', async () => {
    const word = fc.stringMatching(/^[A-Za-zÀ-ſА-я一-鿿ぁ-ん0-9'().&-]{1,20}$/);
    const words = fc.array(word, { minLength: 1, maxLength: 8 }).map((list) => list.join(' '));
    await fc.assert(
      fc.asyncProperty(words, words, words, async (name, subject, body) => {
        const { raw } = buildMessage({
          ...input,
          to: { name, address: 'ada@customer.test' },
          subject,
          text: body,
          html: `<p>${body}</p>`,
        });
        const parsed = await simpleParser(raw);
        expect((parsed.to as AddressObject).value).toEqual([{ name, address: 'ada@customer.test' }]);
        expect(parsed.subject).toBe(subject);
        expect(parsed.text?.trim()).toBe(body);
        expect(parsed.html).toBe(`<p>${body}</p>`);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the bytes', () => {
  it('are the same for the same input', () => {
    expect(buildMessage(input).raw.equals(buildMessage(input).raw)).toBe(true);
  });
});
