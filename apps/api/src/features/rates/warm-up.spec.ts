import { expect, it } from 'vitest';
import { allowedOn } from './warm-up.js';

const ramp = { startsOn: '2031-05-01', firstDay: 50, factor: 1.5, upTo: 1_000 };

it.each([
  ['2031-04-20', 50],
  ['2031-05-01', 50],
  ['2031-05-02', 75],
  ['2031-05-03', 112],
  ['2031-05-08', 854],
  ['2031-05-09', null],
  ['2040-01-01', null],
])('on %s a ramp allows %s', (day, allowed) => {
  expect(allowedOn(ramp, day)).toBe(allowed);
});
