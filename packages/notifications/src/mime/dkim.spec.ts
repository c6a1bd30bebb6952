import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { message } from '../../test/support/messages.js';
import { buildMessage } from './build-message.js';
import { signMessage } from './dkim.js';
import type { MessageInput } from './mime.types.js';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const key = {
  domain: 'harbour.example',
  selector: 's1',
  privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

describe('a DKIM signature', () => {
  it.each([
    {},
    { eightBit: true, text: 'Grüße  an \t alle \n\n\n' },
    { carries: ['018f-78', '018f-79'] },
    { to: { name: '陈建国, 王小明, 李四, 赵六, 钱七, 孙八, 周九, 吴十', address: 'ada@customer.test' } },
  ] as Partial<MessageInput>[])('verifies and covers the ways out: %o', async (change) => {
    const built = buildMessage(message({ class: 'marketing', subject: '续保提醒', ...change }));
    const { raw, envelope } = await signMessage(built, key);
    const verdict = verifyDkim(raw.toString('latin1'), publicKey);
    expect(verdict).toMatchObject({ bodyHash: true, signature: true });
    expect(verdict.signed).toEqual(
      expect.arrayContaining(['from', 'list-unsubscribe', 'list-unsubscribe-post', 'x-aftercare-delivery']),
    );
    expect(raw.toString()).toContain('d=harbour.example');
    expect(envelope).toEqual(built.envelope);
    expect(raw.subarray(-built.raw.length).equals(built.raw)).toBe(true);
    for (const line of raw.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
  });

  it('does not verify once a word is changed', async () => {
    const { raw } = await signMessage(buildMessage(message()), key);
    const sent = raw.toString('latin1');
    const inBody = verifyDkim(sent.replace('Hello', 'Jello'), publicKey);
    expect(inBody).toMatchObject({ bodyHash: false, signature: true });
    expect(verifyDkim(sent.replace('Your renewal', 'My renewal'), publicKey).signature).toBe(false);
  });

  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  it.each(['no key', other.export({ type: 'pkcs8', format: 'pem' }).toString()])(
    'is refused with a key that cannot make one (%#), instead of going without',
    async (privateKey) => {
      const signing = signMessage(buildMessage(message()), { ...key, privateKey });
      await expect(signing).rejects.toMatchObject({ code: 'dkim_failed' });
    },
  );
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
