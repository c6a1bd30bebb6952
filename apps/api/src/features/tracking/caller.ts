import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { ClickRequest } from '@aftercare/domain';
import { derivedKey } from '../../platform/auth/derived-key.js';

/** How a link was asked for; browsers say it when they fetch ahead of their users. */
export function requestKind(method: string, headers: IncomingHttpHeaders): ClickRequest {
  if (method === 'HEAD') return 'head';
  const said = [headers['sec-purpose'], headers['purpose'], headers['x-purpose'], headers['x-moz']];
  return said.some((value) => /prefetch|preview/i.test(String(value ?? ''))) ? 'prefetch' : 'get';
}

/**
 * The block of addresses that an address is in, /24 of IPv4 and /48 of IPv6: an office, a household or a data centre,
 * and nobody in particular. Null for what is no address.
 */
export function networkOf(address: string | undefined): string | null {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  switch (isIP(plain)) {
    case 4:
      return plain.split('.').slice(0, 3).join('.');
    case 6: {
      const [head = '', tail] = plain.toLowerCase().split('::');
      const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean)) as [
        string[],
        string[],
      ];
      const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
      const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
      return groups
        .slice(0, 3)
        .map((group) => group.padStart(4, '0'))
        .join(':');
    }
    default:
      return null;
  }
}

/** Names blocks of addresses so that the same one is known again on the same day (UTC), and nothing else is. */
export class NetworkNames {
  private day = '';
  private key: Buffer = Buffer.alloc(0);

  constructor(private readonly secret: string) {}

  nameOf(address: string | undefined, at: Date): string | null {
    const network = networkOf(address);
    if (network === null) return null;
    const day = at.toISOString().slice(0, 10);
    if (day !== this.day) {
      this.key = derivedKey(this.secret, `network of ${day}`);
      this.day = day;
    }
    return createHmac('sha256', this.key).update(network).digest('base64url').slice(0, 12);
  }
}
