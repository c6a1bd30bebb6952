import { expect, it } from 'vitest';
import { NetworkNames, networkOf, requestKind } from './caller.js';

it.each([
  ['203.0.113.7', '203.0.113'],
  ['::ffff:203.0.113.7', '203.0.113'],
  ['2001:db8:1:2::9', '2001:0db8:0001'],
  ['2001:db8::9', '2001:0db8:0000'],
  ['2001:DB8:1:2:3:4:5:6', '2001:0db8:0001'],
  ['::1', '0000:0000:0000'],
  ['fe80::1%eth0', 'fe80:0000:0000'],
  ['', null],
  [undefined, null],
  ['unknown', null],
])('%s is in %s', (address, network) => expect(networkOf(address)).toBe(network));

it('knows a block of addresses again on the same day, and not on another or under another secret', () => {
  const names = new NetworkNames('a secret');
  const day = (iso: string) => new Date(iso);
  const name = names.nameOf('203.0.113.7', day('2026-11-22T00:00:00Z'));
  expect(name).toMatch(/^[\w-]{12}$/);
  expect(names.nameOf('203.0.113.200', day('2026-11-22T23:59:59Z'))).toBe(name);
  expect(names.nameOf('203.0.114.7', day('2026-11-22T12:00:00Z'))).not.toBe(name);
  expect(names.nameOf('203.0.113.7', day('2026-11-23T00:00:00Z'))).not.toBe(name);
  expect(names.nameOf('203.0.113.7', day('2026-11-22T12:00:00Z'))).toBe(name);
  expect(new NetworkNames('another').nameOf('203.0.113.7', day('2026-11-22T12:00:00Z'))).not.toBe(name);
  expect(names.nameOf('nowhere', day('2026-11-22T12:00:00Z'))).toBeNull();
});

it.each([
  ['GET', {}, 'get'],
  ['HEAD', {}, 'head'],
  ['GET', { 'sec-purpose': 'prefetch;prerender' }, 'prefetch'],
  ['GET', { purpose: 'prefetch' }, 'prefetch'],
  ['GET', { 'x-purpose': 'preview' }, 'prefetch'],
  ['GET', { 'x-moz': 'prefetch' }, 'prefetch'],
  ['HEAD', { 'x-moz': 'prefetch' }, 'head'],
])('%s with %j is %s', (method, headers, kind) => expect(requestKind(method, headers)).toBe(kind));
