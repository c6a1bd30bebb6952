import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoReply, ReplyReader } from './reply.js';

function readAll(...chunks: string[]) {
  const reader = new ReplyReader();
  return chunks.flatMap((chunk) => reader.read(chunk));
}

describe('a reply', () => {
  it('is one line or several, whose text is kept', () => {
    expect(readAll('250 ok\r\n250-first\r\n250-\r\n250 last\r\n354\r\n')).toEqual([
      { code: 250, text: '250 ok' },
      { code: 250, text: '250-first\n250-\n250 last' },
      { code: 354, text: '354' },
    ]);
  });

  it('is read in UTF-8, and by its octets where it is in something else', () => {
    const utf8 = Buffer.from('550 信箱不存在\r\n').toString('latin1');
    expect(readAll(utf8)).toEqual([{ code: 550, text: '550 信箱不存在' }]);
    expect(readAll('550 caf\u00e9\r\n')).toEqual([{ code: 550, text: '550 caf\u00e9' }]);
  });

  it('is the same wherever it was cut on its way', () => {
    const whole = Buffer.from('\r\n250-ünter\r\n250 ok\r\n550 5.1.1 nein\n421\r\n').toString('latin1');
    const cuts = fc.array(fc.nat(whole.length), { maxLength: 10 });
    fc.assert(
      fc.property(cuts, (places) => {
        const ends = [...places, whole.length].sort((a, b) => a - b);
        const chunks = ends.map((end, index) => whole.slice(ends[index - 1] ?? 0, end));
        expect(readAll(...chunks)).toEqual(readAll(whole));
      }),
      { numRuns: 1000 },
    );
  });

  it('has come whole when nothing of another is there', () => {
    const reader = new ReplyReader();
    for (const [chunk, isAmidst] of [
      ['25', true],
      ['0-a\r\n', true],
      ['250 b\r\n', false],
      ['2', true],
    ] as const) {
      reader.read(chunk);
      expect(reader.isAmidst).toBe(isAmidst);
    }
  });

  it.each([
    'hello\r\n',
    '25 ok\r\n',
    '2500 ok\r\n',
    '250x\r\n',
    '250-a\r\n550 b\r\n',
    '250-a\r\n\r\n',
    'a\n',
  ])('%j is none', (said) => {
    expect(() => readAll(said)).toThrow(NoReply);
  });

  it('without an end is given up', () => {
    const reader = new ReplyReader();
    const chatter = () => {
      for (let line = 0; line < 10_000; line += 1) reader.read('250-still thinking\r\n');
    };
    expect(chatter).toThrow(NoReply);
    expect(() => readAll('2'.repeat(100_000))).toThrow(NoReply);
  });
});
