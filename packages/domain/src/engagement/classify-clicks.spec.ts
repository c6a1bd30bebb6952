import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentClasses } from './agent-class.js';
import { classifyClicks, clickRequests, type Click } from './classify-clicks.js';

const accepted = Date.UTC(2026, 10, 22, 9);
const seconds = (count: number) => accepted + count * 1000;

/** A person who follows the first link with a browser, an hour after the letter came, changed. */
const click = (change: Partial<Click> = {}): Click => ({
  deliveryId: 'd1',
  link: 0,
  at: seconds(3600),
  request: 'get',
  agent: 'browser',
  network: 'n1',
  acceptedAt: accepted,
  ...change,
});

describe('a click by itself', () => {
  it.each<[string, Partial<Click>, string | null]>([
    ['of a person', {}, null],
    ['of a person who reads at once', { at: seconds(2) }, null],
    ['that asks for headers', { request: 'head' }, 'head'],
    ['that a browser makes ahead of its user', { request: 'prefetch' }, 'prefetch'],
    ['of a scanner that says so', { agent: 'robot' }, 'robot'],
    ['of a program, a week later', { agent: 'program', at: seconds(604_800) }, 'program'],
    ['before the letter had been taken', { at: seconds(-0.5) }, 'before_arrival'],
    ['of nobody knows whom, at once', { agent: 'unknown', at: seconds(4.9) }, 'too_soon'],
    ['of nobody knows whom, later', { agent: 'unknown', at: seconds(5) }, null],
    ['in a letter of which nobody knows whether it came', { acceptedAt: null, agent: 'unknown' }, null],
  ])('%s', (_, change, wanted) => {
    expect(classifyClicks([click(change)])).toEqual([wanted]);
  });
});

describe('clicks beside each other', () => {
  const two = (change: Partial<Click>) => classifyClicks([click(), click(change)]);

  it('on two links of one letter within a second are a burst, whenever it comes and from wherever', () => {
    for (const at of [1, 43, 3600, 86_400].map(seconds)) {
      const links = [0, 1, 2].map((link) => click({ link, at: at + link * 300, network: `n${link}` }));
      expect(classifyClicks(links)).toEqual(['burst', 'burst', 'burst']);
    }
  });

  it('go on being a burst as long as each follows the last within a second', () => {
    const links = [0, 1, 2, 3, 4].map((link) => click({ link, at: seconds(43 + link * 0.9) }));
    expect(new Set(classifyClicks(links))).toEqual(new Set(['burst']));
  });

  it('are a person’s when the same link is followed twice, or another one in a while', () => {
    expect(two({ at: seconds(3600.2) })).toEqual([null, null]);
    expect(two({ link: 1, at: seconds(3601) })).toEqual(['burst', 'burst']);
    expect(two({ link: 1, at: seconds(3601.001) })).toEqual([null, null]);
    expect(two({ link: 1, deliveryId: 'd2' })).toEqual([null, null]);
  });

  it('are a burst when the headers of the same link were asked for', () => {
    expect(two({ request: 'head' })).toEqual(['burst', 'head']);
  });

  it('are a person’s when their browser had guessed another link', () => {
    expect(two({ request: 'prefetch', link: 1, at: seconds(3599.8) })).toEqual([null, 'prefetch']);
  });

  const crowd = (letters: number, change: (at: number) => Partial<Click> = () => ({})) =>
    classifyClicks(
      Array.from({ length: letters }, (_, at) =>
        click({ deliveryId: `d${at}`, at: seconds(3600 + at * 0.2), ...change(at) }),
      ),
    );

  it('on five letters from one block of addresses within a second are a crowd', () => {
    expect(crowd(5)).toEqual(Array(5).fill('crowd'));
    expect(crowd(30)).toEqual(Array(30).fill('crowd'));
  });

  it('are people’s when they are fewer, slower, from elsewhere, from nobody knows where, or on one letter', () => {
    expect(crowd(4)).toEqual(Array(4).fill(null));
    expect(crowd(30, (at) => ({ at: seconds(3600 + at * 0.26) }))).toEqual(Array(30).fill(null));
    expect(crowd(5, (at) => ({ network: `n${at}` }))).toEqual(Array(5).fill(null));
    expect(crowd(5, () => ({ network: null }))).toEqual(Array(5).fill(null));
    expect(crowd(30, () => ({ deliveryId: 'd1' }))).toEqual(Array(30).fill(null));
  });
});

// A second or two, few letters and networks: most clicks have company.
const clickArbitrary: fc.Arbitrary<Click> = fc.record({
  deliveryId: fc.constantFrom('d1', 'd2', 'd3', 'd4', 'd5', 'd6'),
  link: fc.nat(2),
  at: fc.integer({ min: -500, max: 12_000 }).map((ms) => accepted + ms),
  request: fc.oneof({ weight: 5, arbitrary: fc.constant('get' as const) }, fc.constantFrom(...clickRequests)),
  agent: fc.oneof(
    { weight: 5, arbitrary: fc.constant('browser' as const) },
    fc.constantFrom(...agentClasses),
  ),
  network: fc.constantFrom('n1', 'n1', 'n2', null),
  acceptedAt: fc.constantFrom(accepted, null),
});
const clicksArbitrary = fc.array(clickArbitrary, { maxLength: 40 });

describe('whatever comes', () => {
  it('a machine stays one when more is known', () => {
    fc.assert(
      fc.property(clicksArbitrary, clicksArbitrary, (known, more) => {
        const before = classifyClicks(known);
        const after = classifyClicks([...known, ...more]);
        for (const [index, reason] of before.entries())
          if (reason !== null) expect(after[index]).not.toBeNull();
      }),
    );
  });

  it('the order in which clicks are told makes no difference', () => {
    fc.assert(
      fc.property(clicksArbitrary, fc.infiniteStream(fc.nat()), (clicks, keys) => {
        const shuffled = clicks.map((each) => [keys.next().value, each] as const).sort(([a], [b]) => a! - b!);
        const verdicts = classifyClicks(shuffled.map(([, each]) => each));
        const straight = classifyClicks(clicks);
        for (const [at, [, each]] of shuffled.entries()) {
          expect(verdicts[at]).toBe(straight[clicks.indexOf(each)]);
        }
      }),
    );
  });

  it('says what the plain reading of the rules says: who has another within a second, or four other letters', () => {
    fc.assert(
      fc.property(clicksArbitrary, (clicks) => {
        const verdicts = classifyClicks(clicks);
        for (const [index, one] of clicks.entries()) {
          if (one.request !== 'get' || one.agent !== 'browser' || (one.acceptedAt ?? 0) > one.at) continue;
          const burst = clicks.some(
            (other) =>
              other.deliveryId === one.deliveryId &&
              other.request !== 'prefetch' &&
              (other.link !== one.link || other.request !== 'get') &&
              Math.abs(other.at - one.at) <= 1000,
          );
          const crowd = clicks.some((first) => {
            const seen = clicks.filter(
              ({ network, at }) =>
                network !== null && network === one.network && at >= first.at && at <= first.at + 1000,
            );
            return seen.includes(one) && new Set(seen.map(({ deliveryId }) => deliveryId)).size >= 5;
          });
          expect(verdicts[index]).toBe(burst ? 'burst' : crowd ? 'crowd' : null);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
