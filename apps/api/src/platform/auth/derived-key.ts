import { hkdfSync } from 'node:crypto';

/**
 * A 256-bit key for one purpose, made of the platform's secret: what is signed for one purpose is worth
 * nothing for another.
 */
export function derivedKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `aftercare ${purpose}`, 32));
}
