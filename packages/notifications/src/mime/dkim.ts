import { createPrivateKey, hash, sign, type KeyObject } from 'node:crypto';
import { MessageError, type BuiltMessage, type DkimKey } from './mime.types.js';

/**
 * Signed header fields. RFC 8058 section 4 wants both List-Unsubscribe fields among them, or one-click
 * requests are not honoured.
 */
const fields = [
  'from',
  'reply-to',
  'to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-language',
  'auto-submitted',
  'feedback-id',
  'x-aftercare-delivery',
  'list-unsubscribe',
  'list-unsubscribe-post',
];

// Reading a key takes longer than making a message.
const keys = new WeakMap<DkimKey, KeyObject>();

/**
 * The message with a DKIM-Signature (RFC 6376, rsa-sha256, relaxed/relaxed) before it, so that what is kept as sent
 * is what the server got. The arithmetic, most of a millisecond of it, is done on a thread of the pool.
 *
 * @throws MessageError when the key is none that can sign.
 */
export async function signMessage({ raw, envelope }: BuiltMessage, key: DkimKey): Promise<BuiltMessage> {
  const message = raw.toString('latin1');
  const end = message.indexOf('\r\n\r\n');
  const bodyHash = hash('sha256', Buffer.from(relaxedBody(message.slice(end + 4)), 'latin1'), 'base64');
  // Of a field that comes more than once, the last (section 5.4.2).
  const present = new Map<string, string>();
  for (const line of message.slice(0, end).split(/\r\n(?![ \t])/)) {
    present.set(line.slice(0, line.indexOf(':')).toLowerCase(), relaxedValue(line));
  }
  const signed = fields.filter((name) => present.has(name));
  const header =
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${key.domain};\r\n` +
    ` s=${key.selector}; h=${signed.join(':\r\n ')};\r\n bh=${bodyHash};\r\n b=`;
  const toSign = [
    ...signed.map((name) => `${name}:${present.get(name)}`),
    `dkim-signature:${relaxedValue(header)}`,
  ];
  const signature = await signatureOf(Buffer.from(toSign.join('\r\n'), 'latin1'), key);
  const value = signature.toString('base64').replace(/.{72}(?=.)/g, '$&\r\n ');
  return { raw: Buffer.concat([Buffer.from(`${header}${value}\r\n`, 'latin1'), raw]), envelope };
}

function signatureOf(data: Buffer, key: DkimKey): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = () =>
      reject(
        new MessageError(
          'dkim_failed',
          `The DKIM key for ${key.domain} cannot sign. Is it an RSA key in PEM?`,
        ),
      );
    try {
      const known = keys.get(key) ?? createPrivateKey(key.privateKey);
      keys.set(key, known);
      if (known.asymmetricKeyType !== 'rsa') return fail();
      sign('sha256', data, known, (error, signature) => (error ? fail() : resolve(signature)));
    } catch {
      fail();
    }
  });
}

/** Section 3.4.4. */
function relaxedBody(body: string): string {
  const relaxed = body.replace(/[ \t]+/g, ' ').replaceAll(' \r\n', '\r\n');
  let end = relaxed.length;
  while (relaxed.startsWith('\r\n', end - 2)) end -= 2;
  return end <= 0 ? '' : `${relaxed.slice(0, end)}\r\n`;
}

/** Section 3.4.2. */
function relaxedValue(field: string): string {
  return field
    .slice(field.indexOf(':') + 1)
    .replaceAll('\r\n', '')
    .replace(/[ \t]+/g, ' ')
    .trim();
}
