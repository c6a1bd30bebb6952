import { expect, it } from 'vitest';
import { graceEndsOn } from './grace.js';
import { lines } from './policy.js';

it.each([
  ['life', '2026-01-31', '2026-03-02'],
  ['life', '2024-01-31', '2024-03-01'],
  ['health', '2026-12-15', '2027-01-14'],
  ['home', '2026-02-20', '2026-03-06'],
  ['commercial', '2026-02-20', '2026-03-06'],
] as const)('grace of %s from %s ends on %s', (line, from, end) => {
  expect(graceEndsOn(line, from)).toBe(end);
});

it('knows no grace for motor and travel, and an answer for every line', () => {
  const without = lines.filter((line) => graceEndsOn(line, '2026-01-01') === null);
  expect(without).toEqual(['motor', 'travel']);
});
