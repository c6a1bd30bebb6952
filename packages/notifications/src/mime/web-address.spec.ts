import fc from 'fast-check';
import { expect, it } from 'vitest';
import { webAddress } from './web-address.js';

it('leaves a plain address as it is', () => {
  for (const plain of ['https://example.com/u/a_b-c~d.e', 'http://localhost:4800/', 'https://a.example.com'])
    expect(webAddress(plain)).toBe(plain);
});

it('writes others as browsers do', () => {
  expect(webAddress('https://example.com/a b<c>')).toBe('https://example.com/a%20b%3Cc%3E');
  expect(webAddress('HTTPS://EXAMPLE.com/a/../b')).toBe('https://example.com/b');
  expect(webAddress('https://例.example/')).toBe('https://xn--fsq.example/');
});

it.each(['', 'example.com', 'ftp://example.com/', 'javascript:alert(1)', 'https://', 'http://1.2.3.999/'])(
  'takes %j for none',
  (raw) => {
    expect(webAddress(raw)).toBeNull();
  },
);

it('means what a browser would, and nothing in it could end it early', () => {
  const part = fc.string({ unit: fc.constantFrom(...'ab1.-_~%:/?#@[]<> \r\n') });
  fc.assert(
    fc.property(fc.constantFrom('http://', 'https://', 'ftp://', ''), part, part, (scheme, host, path) => {
      const raw = `${scheme}${host}/${path}`;
      const written = webAddress(raw);
      if (written === null) return;
      expect(new URL(written).href).toBe(new URL(raw).href);
      expect(written).not.toMatch(/[\s<>]/);
    }),
    { numRuns: 5_000 },
  );
});
