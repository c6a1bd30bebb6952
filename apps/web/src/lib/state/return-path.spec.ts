import { describe, expect, it } from 'vitest';
import { safeReturnPath, signInAddress } from './return-path.ts';

describe('safeReturnPath', () => {
  it.each(['/', '/policies/P-1', '/staff/deliveries?state=sent&q=a%20b'])('keeps %s', (path) => {
    expect(safeReturnPath(path)).toBe(path);
  });

  it.each([
    '//evil.test',
    '/\\evil.test',
    'https://evil.test',
    'policies',
    '',
    null,
    '/a\nb',
    '/a\\b',
    'javascript:1',
  ])('refuses %j', (path) => {
    expect(safeReturnPath(path)).toBeNull();
  });
});

describe('signInAddress', () => {
  it('leads back to the page that asked, and says nothing about the start page', () => {
    expect(signInAddress('member', new URL('http://x/policies/P-1?a=b'))).toBe(
      '/sign-in?returnTo=%2Fpolicies%2FP-1%3Fa%3Db',
    );
    expect(signInAddress('member', new URL('http://x/'))).toBe('/sign-in');
    expect(signInAddress('staff', new URL('http://x/staff'))).toBe('/staff/sign-in');
  });
});
