import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUuid, writeUuid } from './uuid-octets.js';

const id = '019aac1c-5f3e-7b7a-9d1c-0a2b3c4d5e6f';

describe('the octets of a UUID', () => {
  it('are those that its digits say, in their place', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(20), (uuid, at) => {
        const octets = Buffer.alloc(40, '!');
        writeUuid(uuid, octets, at);
        const hex = uuid.replaceAll('-', '');
        expect(octets.toString('latin1')).toBe(
          '!'.repeat(at) + Buffer.from(hex, 'hex').toString('latin1') + '!'.repeat(24 - at),
        );
        expect(readUuid(octets, at)).toBe(uuid);
      }),
    );
  });

  it.each(['', id.slice(1), `${id}0`, id.toUpperCase(), id.replaceAll('-', ''), id.replace('-', '0')])(
    'are not had of %j',
    (text) => expect(() => writeUuid(text, Buffer.alloc(40), 0)).toThrow(RangeError),
  );

  it('are not had of anything with one character changed for what is no digit', () => {
    for (const index of id.replaceAll('-', '0').split('').keys())
      for (const other of ['g', '-', 'A', ' ', 'ÿ', '–', '٣']) {
        const text = id.slice(0, index) + other + id.slice(index + 1);
        if (text !== id) expect(() => writeUuid(text, Buffer.alloc(16), 0)).toThrow(RangeError);
      }
  });
});
