import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestReturnPathName, readReturnPath, returnPathKey, returnPathOf } from './verp.js';

const key = returnPathKey('a secret that only the tests know');
const id = '019aac1c-5f3e-7b7a-9d1c-0a2b3c4d5e6f';
const base = 'bounces@mail.harbour.example';

describe('return paths', () => {
  it('name their delivery, whatever happens to the case of their letters', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.infiniteStream(fc.boolean()), (deliveryId, upper) => {
        const address = returnPathOf(base, deliveryId, key);
        expect(address).toMatch(/^bounces\+[a-z2-7]{26}\.[a-z2-7]{16}@mail\.harbour\.example$/);
        const shouted = [...address].map((letter) => (upper.next().value ? letter.toUpperCase() : letter));
        expect(readReturnPath(shouted.join(''), key)).toBe(deliveryId);
      }),
    );
  });

  it('fit the 64 octets of a local part', () => {
    const longest = `${'b'.repeat(longestReturnPathName)}@mail.example`;
    expect(returnPathOf(longest, id, key).split('@')[0]).toHaveLength(64);
  });

  it('are refused with any letter changed, or signed by somebody else', () => {
    const address = returnPathOf(base, id, key);
    const at = address.indexOf('@');
    for (let index = base.indexOf('@') + 1; index < at; index++) {
      if (address[index] === '.') continue;
      for (const other of 'ab4567'.replace(address[index]!, '')) {
        expect(readReturnPath(address.slice(0, index) + other + address.slice(index + 1), key)).toBeNull();
      }
    }
    expect(
      readReturnPath(returnPathOf(base, id, returnPathKey('another secret altogether')), key),
    ).toBeNull();
  });

  it.each([
    '',
    base,
    `bounces+${id}@mail.harbour.example`,
    `bounces+${'a'.repeat(26)}.${'a'.repeat(16)}@x.example`,
  ])('are not %j', (address) => expect(readReturnPath(address, key)).toBeNull());

  it('are read from anything without a word', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => readReturnPath(text, key) === null));
  });
});
