import { createHmac, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { signatureOf } from './signature.js';

it('signs as HMAC-SHA256 does, for keys and bodies of any length', () => {
  for (const keyBytes of [0, 1, 32, 63, 64]) {
    const key = randomBytes(keyBytes);
    for (const bodyBytes of [0, 1, 55, 56, 64, 1000]) {
      const body = randomBytes(bodyBytes);
      expect(signatureOf(key, body)).toEqual(createHmac('sha256', key).update(body).digest());
    }
  }
  expect(() => signatureOf(randomBytes(65), randomBytes(1))).toThrow(RangeError);
});
