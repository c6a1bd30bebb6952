import { expect, it } from 'vitest';
import { isEmailAddress } from './email-address.js';

it.each([
  'ana@example.com',
  'ana.maria+renewals@mail.example.co.uk',
  "o'hara@example.ie",
  'a_b-c@x-y.example',
  '李雷@例子.中国',
  'ana@bücher.example',
  'x@a1.xn--p1ai',
  `${'a'.repeat(64)}@example.com`,
  '12345@example.com',
])('takes %s', (address) => {
  expect(isEmailAddress(address)).toBe(true);
});

it.each([
  '',
  'ana',
  '@example.com',
  'ana@',
  'ana@example',
  'ana@localhost',
  'ana@@example.com',
  'ana@eva@example.com',
  'ana@example..com',
  'ana@.example.com',
  'ana@example.com.',
  'ana@-example.com',
  'ana@example-.com',
  '.ana@example.com',
  'ana.@example.com',
  'a..b@example.com',
  'ana @example.com',
  'ana@exam ple.com',
  ' ana@example.com',
  'ana@example.com ',
  'ana@example.com\n',
  'ana@example.com\r\nBcc: eva@example.com',
  'Ana <ana@example.com>',
  'ana@example.com, eva@example.com',
  'ana@example.com;eva@example.com',
  '"ana"@example.com',
  'ana@[192.0.2.1]',
  'ana@192.0.2.1',
  'mailto:ana@example.com',
  'n/a',
  `${'a'.repeat(65)}@example.com`,
  `ana@${'a.'.repeat(130)}com`,
  `ana@${'a'.repeat(64)}.com`,
])('refuses %j', (address) => {
  expect(isEmailAddress(address)).toBe(false);
});

it('answers quickly about what was made to be slow', () => {
  expect(isEmailAddress(`a@${'a-'.repeat(120)}`)).toBe(false);
  expect(isEmailAddress(`${'a.'.repeat(31)}!@${'0.'.repeat(90)}`)).toBe(false);
});
