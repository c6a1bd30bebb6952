import { expect, it } from 'vitest';
import { shopAroundWording } from './shop-around.js';

const policy = { line: 'motor', startDate: '2022-06-01', renewalDate: '2025-06-01', termNumber: 1 } as const;

it.each([
  ['the third renewal', {}, 'GB-ENG', 'standard'],
  ['the fourth, by its dates', { renewalDate: '2026-06-01' }, 'GB-ENG', 'longStanding'],
  ['a day short of it', { startDate: '2022-06-02', renewalDate: '2026-06-01' }, 'GB-ENG', 'standard'],
  ['the fourth, by its terms', { startDate: '2025-06-01', termNumber: 4 }, 'GB-SCT', 'longStanding'],
  ['life, which no rule is about', { line: 'life' as const }, 'GB-ENG', null],
  ['another country', {}, 'US-NY', null],
  ['a place nobody knows', {}, null, null],
  ['a policy that is not renewed', { renewalDate: null }, 'GB-ENG', null],
  ['a renewal before the rule', { startDate: '2010-01-01', renewalDate: '2017-01-01' }, 'GB-ENG', null],
])('of %s the letter says what is asked', (_what, change, region, wording) => {
  expect(shopAroundWording({ ...policy, ...change }, region)).toBe(wording);
});
