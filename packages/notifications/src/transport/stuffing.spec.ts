import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dotStuffed, endOf } from './stuffing.js';

/** What a server makes of what it hears, line by line, up to the lone dot. */
function received(wire: string): string {
  const lines = wire.split('\r\n');
  const end = lines.indexOf('.');
  expect(end).toBe(lines.length - 2);
  return lines
    .slice(0, end)
    .map((line) => `${line.replace(/^\./, '')}\r\n`)
    .join('');
}

it('a message arrives as it was, however many dots begin its lines', () => {
  const line = fc.constantFrom('', '.', '..', '.x', 'x.', 'x', ' .');
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean(), (lines, isEnded) => {
      const raw = Buffer.from(`${lines.join('\r\n')}${isEnded ? '\r\n' : ''}`);
      if (raw.length === 0) return;
      const text = raw.toString();
      expect(received(`${dotStuffed(raw).toString()}${endOf(raw).toString()}`)).toBe(
        text.endsWith('\r\n') ? text : `${text}\r\n`,
      );
    }),
    { numRuns: 1000 },
  );
});

it('nothing is copied where there is nothing to be done', () => {
  const raw = Buffer.from('Subject: x\r\n\r\nWords. And more.\r\n');
  expect(dotStuffed(raw)).toBe(raw);
});
