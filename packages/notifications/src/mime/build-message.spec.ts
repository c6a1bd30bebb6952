import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { simpleParser, type AddressObject } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { buildMessage } from './build-message.js';
import type { MessageInput } from './mime.types.js';

const input: MessageInput = {
  from: { name: 'Harbour Insurance', address: 'hello@harbour.example' },
  to: { name: 'Ada Lovelace', address: 'ada@customer.test' },
  subject: 'Your renewal',
  html: '<p>Hello</p>',
  text: 'Hello',
  locale: 'en',
  messageId: '018f-77@harbour.example',
  deliveryId: '018f-77',
  class: 'service',
  topic: 'renewals',
  campaign: 'motor-renewal',
  unsubscribe: { url: 'https://harbour.example/u/abc' },
  returnPath: 'bounces@mail.harbour.example',
  date: new Date('2026-03-01T08:00:00Z'),
};

/** The header fields exactly as they stand, unfolded. */
async function fields(change: Partial<MessageInput>): Promise<Record<string, string[]>> {
  const { raw } = await buildMessage({ ...input, ...change });
  const head = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
  const found: Record<string, string[]> = {};
  for (const line of head.replace(/\r\n[ \t]/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    (found[line.slice(0, colon)] ??= []).push(line.slice(colon + 2));
  }
  return found;
}

describe('the headers', () => {
  it('of a service message', async () => {
    expect(await fields({})).toMatchObject({
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
    expect(await fields({})).not.toHaveProperty('List-Unsubscribe-Post');
  });

  it('of a message that carries several deliveries: a line for each, the one it bears the id of first', async () => {
    expect(await fields({ carries: ['018f-78', '018f-79'] })).toMatchObject({
      'X-Aftercare-Delivery': ['018f-77', '018f-78', '018f-79'],
    });
  });

  it('of a marketing message, with both ways out', async () => {
    const unsubscribe = { url: 'https://harbour.example/u/abc', mailto: 'leave@harbour.example' };
    expect(await fields({ class: 'marketing', unsubscribe })).toMatchObject({
      'List-Unsubscribe': ['<https://harbour.example/u/abc>, <mailto:leave@harbour.example>'],
      'List-Unsubscribe-Post': ['List-Unsubscribe=One-Click'],
    });
  });

  it.each(['legal', 'account'] as const)('of a %s message offer no way out', async (kind) => {
    const found = await fields({ class: kind, unsubscribe: undefined });
    expect(Object.keys(found).filter((name) => name.startsWith('List-'))).toEqual([]);
  });

  it('keep a long unsubscribe link on one line', async () => {
    const url = `https://harbour.example/u/${'a'.repeat(600)}`;
    const { raw } = await buildMessage({ ...input, unsubscribe: { url } });
    expect(raw.toString()).toContain(`\r\nList-Unsubscribe: <${url}>\r\n`);
  });
});

describe('the envelope', () => {
  it('names the delivery in the return path, which no header repeats', async () => {
    const { raw, envelope } = await buildMessage(input);
    expect(envelope).toEqual({ from: 'bounces+018f-77@mail.harbour.example', to: 'ada@customer.test' });
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
    [{ dkim: { domain: 'harbour.example', selector: 's1', privateKey: 'no key' } }, 'dkim_failed'],
  ] as [Partial<MessageInput>, string][])('%o: %s', async (change, code) => {
    await expect(buildMessage({ ...input, ...change })).rejects.toMatchObject({ code });
  });
});

describe('a hostile name or subject', () => {
  const injection = 'Ada\r\nBcc: eve@evil.test\r\n\r\n<script>';

  it('adds no header and no recipient', async () => {
    const plain = Object.keys(await fields({})).sort();
    const found = await fields({ subject: injection, to: { name: injection, address: 'ada@customer.test' } });
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
        const { raw } = await buildMessage({
          ...input,
          to: { name, address: 'ada@customer.test' },
          subject,
          text: `${body}\n.\nend`,
          html: `<p>${body}</p>`,
        });
        const parsed = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true });
        expect([...parsed.headers.keys()].sort()).toEqual(
          [...(await simpleParser((await buildMessage(input)).raw)).headers.keys()]
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
        const { raw } = await buildMessage({
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
  it('are the same for the same input', async () => {
    expect((await buildMessage(input)).raw.equals((await buildMessage(input)).raw)).toBe(true);
  });

  it('carry a DKIM signature that verifies and covers the unsubscribe fields', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const dkim = {
      domain: 'harbour.example',
      selector: 's1',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    const { raw } = await buildMessage({ ...input, class: 'marketing', subject: '续保提醒', dkim });
    const verdict = verifyDkim(
      raw.toString('latin1'),
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    expect(verdict).toMatchObject({ bodyHash: true, signature: true });
    expect(verdict.signed).toEqual(
      expect.arrayContaining(['from', 'list-unsubscribe', 'list-unsubscribe-post']),
    );
    expect(raw.toString()).toContain('d=harbour.example');
  });
});

/** RFC 6376 relaxed/relaxed by the letter, written apart from the signer. */
function verifyDkim(message: string, publicKey: string) {
  const split = message.indexOf('\r\n\r\n');
  const headers = message.slice(0, split).split(/\r\n(?![ \t])/);
  const relaxed = (field: string) => {
    const colon = field.indexOf(':');
    const value = field
      .slice(colon + 1)
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .trim();
    return `${field.slice(0, colon).toLowerCase().trim()}:${value}`;
  };
  const signature = headers.find((field) => /^dkim-signature:/i.test(field)) ?? '';
  const tag = (name: string) =>
    (new RegExp(`[;\\s]${name}=([^;]*)`).exec(signature)?.[1] ?? '').replace(/\s+/g, '');
  const body = message
    .slice(split + 4)
    .replace(/[ \t]+(?=\r\n)/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '\r\n');
  const signed = tag('h').toLowerCase().split(':');
  const canonical = signed
    .map((name) => headers.findLast((field) => field.toLowerCase().startsWith(`${name}:`)))
    .filter((field) => field !== undefined)
    .map((field) => `${relaxed(field)}\r\n`)
    .join('');
  const unsigned = relaxed(signature.replace(/([;\s]b=)[^;]*/, '$1'));
  return {
    signed,
    bodyHash: createHash('sha256').update(body, 'latin1').digest('base64') === tag('bh'),
    signature: createVerify('RSA-SHA256')
      .update(canonical + unsigned, 'latin1')
      .verify(publicKey, tag('b'), 'base64'),
  };
}
