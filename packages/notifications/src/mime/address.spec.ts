import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressError, parseAddress } from './address.js';

function problem(raw: string): string | null {
  try {
    parseAddress(raw);
    return null;
  } catch (error) {
    if (error instanceof AddressError) return error.code;
    throw error;
  }
}

describe('parseAddress', () => {
  it.each([
    ['ada@customer.test', 'ada@customer.test'],
    ['  Ada.Lovelace+home@Customer.TEST ', 'Ada.Lovelace+home@customer.test'],
    ["o'neill@a-b.example", "o'neill@a-b.example"],
    ['li@例子.测试', 'li@xn--fsqu00a.xn--0zwm56d'],
    ['ada@mail.straße.example', 'ada@mail.xn--strae-oqa.example'],
  ])('%j becomes %j', (raw, address) => expect(parseAddress(raw)).toBe(address));

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['ada', 'not_an_address'],
    ['ada@', 'not_an_address'],
    ['@customer.test', 'not_an_address'],
    ['ada@customer', 'bad_domain'],
    ['ada@customer..test', 'bad_domain'],
    ['ada@-customer.test', 'bad_domain'],
    ['ada@customer.test.', 'bad_domain'],
    ['ada@[127.0.0.1]', 'bad_domain'],
    ['ada@127.0.0.1', 'bad_domain'],
    ['ada@customer.test?bcc=eve', 'bad_domain'],
    ['ada@customer.test,eve@evil.test', 'bad_local_part'],
    ['ada@customer.test, eve', 'bad_domain'],
    ['ada lovelace@customer.test', 'bad_local_part'],
    ['"ada"@customer.test', 'bad_local_part'],
    ['Ada <ada@customer.test>', 'bad_local_part'],
    ['.ada@customer.test', 'bad_local_part'],
    ['ada..l@customer.test', 'bad_local_part'],
    ['a@b@customer.test', 'bad_local_part'],
    ['艾达@customer.test', 'not_ascii'],
    ['ada@customer.test\r\nBcc: eve@evil.test', 'control_character'],
    ['ada@customer.test\n', 'control_character'],
    ['ada\u0000@customer.test', 'control_character'],
    [`${'a'.repeat(65)}@customer.test`, 'too_long'],
    [`ada@${'a'.repeat(64)}.test`, 'bad_domain'],
    [`ada@${'a.'.repeat(130)}test`, 'too_long'],
    ['n/a', 'not_an_address'],
  ])('%j is refused: %s', (raw, code) => expect(problem(raw)).toBe(code));

  it('lets nothing through that could end a command or a header, whatever comes in', () => {
    const hostile = fc.string({ unit: 'binary' }).map((tail) => `ada@customer.test${tail}`);
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), hostile, fc.string({ unit: 'grapheme' })), (raw) => {
        if (problem(raw) !== null) return;
        const address = parseAddress(raw);
        expect(address).toMatch(/^[!-~]+@[a-z0-9.-]+$/);
        expect(address).not.toMatch(/[<>,;"\s]/);
        expect(parseAddress(address)).toBe(address);
      }),
      { numRuns: 2000 },
    );
  });
});
