import type { MessageInput } from '../../src/mime/mime.types.js';

/** A service message of an insurer that does not exist. */
export function message(change: Partial<MessageInput> = {}): MessageInput {
  return {
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
    returnPath: 'bounces+tag@mail.harbour.example',
    date: new Date('2026-03-01T08:00:00Z'),
    ...change,
  };
}

/** The fields of a message, and of each of its parts. */
export function partsOf(raw: Buffer): string[] {
  const parts = raw.toString().split(/\r\n--=_[^\r\n]*\r\n/);
  return parts.map((part) => part.split('\r\n\r\n')[0] ?? '').filter((part) => part !== '');
}
