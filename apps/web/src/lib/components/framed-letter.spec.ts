import { describe, expect, it } from 'vitest';
import { framedLetter } from './framed-letter.ts';

describe('framedLetter', () => {
  it('puts the policy before everything of the message, and keeps its document type', () => {
    const framed = framedLetter('<!DOCTYPE html>\n<html><head><script>alert(1)</script></head></html>');
    expect(framed.startsWith('<!DOCTYPE html><meta http-equiv="Content-Security-Policy"')).toBe(true);
    expect(framed.indexOf("default-src 'none'")).toBeLessThan(framed.indexOf('<script>'));
  });

  it('does so for a message without one', () => {
    expect(framedLetter('<p>Hello')).toMatch(/^<meta http-equiv="Content-Security-Policy".*<p>Hello$/);
  });

  it('cannot be fooled by a message that closes its own head or brings a base', () => {
    const framed = framedLetter('</head><base href="https://evil.test"><p>x</p>');
    expect(framed.indexOf('<base target="_blank">')).toBeLessThan(framed.indexOf('evil.test'));
  });
});
