import { expect, test } from 'vitest';
import { fullName, maskedEmail, maskedName } from './names.js';

test.each([
  ['Ana', 'García López', 'Ana García López', 'A*** G.'],
  ['秀英', '李', '李秀英', '秀*** 李.'],
  ['Ana', null, 'Ana', 'A***'],
  [null, 'García', 'García', '*** G.'],
  ['𠮷', '田', '田𠮷', '𠮷*** 田.'],
  [null, null, null, '***'],
  ['', '', null, '***'],
])('%j %j', (givenName, familyName, full, masked) => {
  expect(fullName({ givenName, familyName })).toBe(full);
  expect(maskedName({ givenName, familyName })).toBe(masked);
});

test.each([
  ['ana@example.com', 'a***@example.com'],
  ['a@b@example.com', 'a***@example.com'],
  ['nonsense', '***'],
  ['@example.com', '***'],
])('%s shows as %s', (email, masked) => expect(maskedEmail(email)).toBe(masked));
