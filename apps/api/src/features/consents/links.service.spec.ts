import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Config } from '../../platform/config/config.js';
import { LinksService, type UnsubscribeLink } from './links.service.js';

const service = (secret: string) =>
  new LinksService({ secret, publicUrl: 'https://portal.example.com' } as Config);
const links = service('a secret that only the tests know');

const fixedId = '019843fa-8600-7000-8000-000000000000';

const linkArbitrary: fc.Arbitrary<UnsubscribeLink> = fc.record({
  customerId: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
  topic: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
  deliveryId: fc.uuid(),
});

test('a token says what was put into it, in letters that need no escaping', () => {
  fc.assert(
    fc.property(linkArbitrary, (link) => {
      const token = links.unsubscribeToken(link);
      expect(token).toMatch(/^[\w-]+$/);
      expect(links.verifyUnsubscribe(token)).toEqual(link);
    }),
  );
});

test('a token with any bit changed, cut short or made longer is none', () => {
  fc.assert(
    fc.property(linkArbitrary, fc.nat(), (link, at) => {
      const bytes = Buffer.from(links.unsubscribeToken(link), 'base64url');
      const bit = at % (bytes.length * 8);
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
      expect(links.verifyUnsubscribe(changed.toString('base64url'))).toBeNull();
      expect(links.verifyUnsubscribe(bytes.subarray(0, at % bytes.length).toString('base64url'))).toBeNull();
      expect(
        links.verifyUnsubscribe(Buffer.concat([bytes, Buffer.from([0])]).toString('base64url')),
      ).toBeNull();
    }),
  );
});

test('a token has one spelling', () => {
  const token = links.unsubscribeToken({ customerId: 'C1', topic: 'renewals', deliveryId: fixedId });
  for (const other of [`${token}=`, ` ${token}`, `${token}.`, token.replace(/-|_/, '+')]) {
    if (other !== token) expect(links.verifyUnsubscribe(other)).toBeNull();
  }
});

test('a token of another secret is none', () => {
  const token = links.unsubscribeToken({ customerId: 'C1', topic: 'renewals', deliveryId: fixedId });
  expect(service('another secret altogether').verifyUnsubscribe(token)).toBeNull();
});

test('what cannot be packed is refused', () => {
  const link = { customerId: 'C1', topic: 'renewals', deliveryId: fixedId };
  expect(() => links.unsubscribeToken({ ...link, topic: 'é'.repeat(128) })).toThrow(RangeError);
  expect(() => links.unsubscribeToken({ ...link, deliveryId: 'D1' })).toThrow(RangeError);
});

test('the address stays the same for ever, or letters out there lose their way out', () => {
  expect(links.unsubscribeUrl({ customerId: 'C1', topic: 'renewals', deliveryId: fixedId })).toBe(
    'https://portal.example.com/u/AQGYQ_qGAHAAgAAAAAAAAAAIcmVuZXdhbHNDMQeyd4kuspHDaEHttdEZhn8',
  );
});
