import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password.js';

test('a password is known again, and no other one is', async () => {
  const hash = await hashPassword('correct horse battery');
  expect(await verifyPassword(hash, 'correct horse battery')).toBe(true);
  expect(await verifyPassword(hash, 'correct horse batterz')).toBe(false);
  expect(await verifyPassword(hash, '')).toBe(false);
});

test('the same password gives another hash each time', async () => {
  expect(await hashPassword('correct horse battery')).not.toBe(await hashPassword('correct horse battery'));
});

test('letters that look the same are the same, however they were typed', async () => {
  const hash = await hashPassword('caf\u00e9 noir at noon');
  expect(await verifyPassword(hash, 'cafe\u0301 noir at noon')).toBe(true);
});

// From the tests of Argon2's reference program.
test('a hash of another cost, from another program, is read', async () => {
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await verifyPassword(hash, 'password')).toBe(true);
  expect(await verifyPassword(hash, 'Password')).toBe(false);
});

test.each(['', 'plain', '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$AAAA', '$2b$10$abcdefghijklmnopqrstuv'])(
  'nothing matches %j, which is no hash of ours',
  async (hash) => {
    expect(await verifyPassword(hash, '')).toBe(false);
    expect(await verifyPassword(hash, hash)).toBe(false);
  },
);
