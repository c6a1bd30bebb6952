import { expect, test } from 'vitest';
import { parseAsOf } from './as-of.js';

class WrongUsage extends Error {}
const command = {
  error(message: string, options: { code: string; exitCode: number }): never {
    throw new WrongUsage(`${options.exitCode} ${message}`);
  },
};

test('a moment is read with its zone', () => {
  expect(parseAsOf('2026-11-22T10:00:00+01:00', command).toString()).toBe('2026-11-22T09:00:00Z');
});

test.each(['2026-11-22', '2026-11-22T10:00:00', 'tomorrow', ''])('"%s" is no moment: wrong usage', (text) => {
  expect(() => parseAsOf(text, command)).toThrow(/^2 --as-of needs an instant like .+, not /);
});
