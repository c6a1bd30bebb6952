import { expect, it } from 'vitest';
import { isRenewal } from './terms.js';

it.each([
  ['2026-03-01', '2027-03-01', true, 'a year on'],
  ['2026-03-01', '2026-09-01', true, 'half a year on'],
  ['2026-09-01', '2027-03-01', true, 'the shorter half of a year'],
  ['2026-03-01', '2026-08-28', true, '180 days on'],
  ['2026-03-01', '2026-08-27', false, '179 days on'],
  ['2026-03-01', '2026-03-15', false, 'corrected by two weeks'],
  ['2026-03-01', '2026-03-01', false, 'unchanged'],
  ['2027-03-01', '2026-03-01', false, 'moved back'],
  [null, '2026-03-01', false, 'known for the first time'],
  ['2026-03-01', null, false, 'taken away'],
])('%s → %s: %s (%s)', (previous, next, renewed, _why) => {
  expect(isRenewal(previous, next)).toBe(renewed);
});
