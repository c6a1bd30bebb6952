import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../platform/config/config.js';
import { TrackedLinksService, trackedLinks, type TrackedLetter } from './tracked-links.service.js';

const publicUrl = 'https://portal.example.com';
const make = (secret: string) => trackedLinks({ publicUrl, secret });
const links = make('a secret that only the tests know');

const letter: TrackedLetter = {
  deliveryId: '019843fa-8600-7000-8000-000000000000',
  anchorDate: '2026-11-20',
};
const letterArbitrary: fc.Arbitrary<TrackedLetter> = fc.record({
  deliveryId: fc.uuid(),
  anchorDate: fc
    .date({ min: new Date('1950-01-01'), max: new Date('2150-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
});
const urlArbitrary = fc
  .webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ['http', 'https'] })
  .filter((url) => /^[^\s"'<>\\]+$/.test(url));
const tokenOf = (address: string) => address.slice(address.lastIndexOf('/') + 1).replace(/\.gif$/, '');

describe('a link', () => {
  it('leads where it led, and says of which letter it is', () => {
    fc.assert(
      fc.property(
        letterArbitrary,
        fc.uniqueArray(urlArbitrary, { minLength: 1, maxLength: 5 }),
        (of, urls) => {
          const track = links.clicks(of);
          for (const [link, target] of urls.entries()) {
            const address = track(target);
            expect(address).toMatch(/^https:\/\/portal\.example\.com\/c\/[\w-]+$/);
            expect(track(target)).toBe(address);
            expect(links.readClick(tokenOf(address))).toEqual({ ...of, link, target });
          }
        },
      ),
    );
  });

  it('that leads to no web page, or is the way out, stays as it is', () => {
    const track = links.clicks(letter);
    for (const url of [
      'mailto:care@example.com',
      'tel:+4412345',
      'javascript:alert(1)',
      'ftp://files.example.com/x',
      '/relative',
      `${publicUrl}/u/AQGYQ_qG`,
      `https://example.com/${'x'.repeat(2000)}`,
      'https://exa mple.com/',
      '',
    ]) {
      expect(track(url)).toBe(url);
    }
    expect(links.readClick(tokenOf(track('https://example.com/')))?.link).toBe(0);
  });

  it('beyond what a number can say stays as it is', () => {
    const track = links.clicks(letter);
    const addresses = Array.from({ length: 300 }, (_, at) => track(`https://example.com/${at}`));
    expect(addresses.filter((address) => address.startsWith(`${publicUrl}/c/`))).toHaveLength(256);
    expect(links.readClick(tokenOf(addresses[255]!))?.link).toBe(255);
    expect(addresses[256]).toBe('https://example.com/256');
  });

  it('cannot be made to lead elsewhere: no token that was altered is one of ours', () => {
    const tokens = fc.tuple(letterArbitrary, urlArbitrary).map(([of, url]) => tokenOf(links.clicks(of)(url)));
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.+/%';
    const letters = fc.constantFrom(...alphabet);
    fc.assert(
      fc.property(
        tokens,
        tokens,
        fc.nat(),
        fc.nat(),
        letters,
        fc.nat(5),
        (one, other, from, to, put, how) => {
          const at = from % one.length;
          const mutated = [
            one.slice(0, at) + put + one.slice(at + 1),
            one.slice(0, at) + put + one.slice(at),
            one.slice(0, at) + one.slice(at + 1),
            one.slice(0, at) + other.slice(to % other.length),
            one.slice(0, -22) + other.slice(-22),
            other.slice(0, to % other.length) + one,
          ][how]!;
          if (mutated !== one && mutated !== other) expect(links.readClick(mutated)).toBeNull();
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('whose target was swapped under its signature is none', () => {
    fc.assert(
      fc.property(letterArbitrary, urlArbitrary, urlArbitrary, (of, url, other) => {
        fc.pre(url !== other);
        const bytes = Buffer.from(tokenOf(links.clicks(of)(url)), 'base64url');
        const forged = Buffer.concat([bytes.subarray(0, 21), Buffer.from(other), bytes.subarray(-16)]);
        expect(links.readClick(forged.toString('base64url'))).toBeNull();
      }),
    );
  });
});

describe('a token', () => {
  const click = tokenOf(links.clicks(letter)('https://example.com/a'));
  const open = tokenOf(links.openPixel(letter));

  it('of a link is none of a picture, nor the other way round', () => {
    expect(links.readOpen(open)).toEqual(letter);
    expect(links.readClick(open)).toBeNull();
    expect(links.readOpen(click)).toBeNull();
  });

  it('has one spelling, and is worth nothing under another secret', () => {
    const others = ['', 'AQ', `${click}=`, ` ${click}`, `${click}.`, `${click}%00`, click.toLowerCase()];
    for (const other of others) expect(links.readClick(other)).toBeNull();
    expect(make('another secret altogether').readClick(click)).toBeNull();
    expect(make('another secret altogether').readOpen(open)).toBeNull();
  });

  it('stays the same for ever, or letters out there lead nowhere', () => {
    expect(click).toBe('AQGYQ_qGAHAAgAAAAAAAAAAAUSkAaHR0cHM6Ly9leGFtcGxlLmNvbS9hCfLa3v9IBVJdWSSVFFlR1g');
    expect(open).toBe('AQGYQ_qGAHAAgAAAAAAAAAAAUSkEAXQfr3R6b005Wph4EmeJ');
  });

  it('is the same from the service', () => {
    const service = new TrackedLinksService({
      publicUrl,
      secret: 'a secret that only the tests know',
    } as Config);
    expect(service.clicks(letter)('https://example.com/a')).toBe(`${publicUrl}/c/${click}`);
    expect(service.readOpen(open)).toEqual(letter);
  });
});

it('shown on our own pages leads straight on, and tells nobody that it was looked at', () => {
  const [good, pixel] = [links.clicks(letter)('https://example.com/?a=1&b=2'), links.openPixel(letter)];
  const html = `<a href="${good}">x</a> ${good} <a href="${good}x">y</a> <img src="/logo.png"><img src="${pixel}" width="1"><img src="${pixel.replace('.gif', 'x.gif')}">`;
  expect(links.untracked(html, 'html')).toBe(
    `<a href="https://example.com/?a=1&amp;b=2">x</a> https://example.com/?a=1&amp;b=2 <a href="${good}x">y</a> <img src="/logo.png"><img src="${pixel.replace('.gif', 'x.gif')}">`,
  );
  expect(links.untracked(`Go: ${good}\n`, 'text')).toBe('Go: https://example.com/?a=1&b=2\n');
});

it('is not made of what is no delivery', () => {
  expect(() => links.openPixel({ ...letter, deliveryId: 'D1' })).toThrow(RangeError);
});
