import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf } from './message-blocks.js';

const dictionaries = [null, { id: 7, bytes: Buffer.from('Dear reader, your policy is due for renewal.') }];

const mark = fc.record({
  raw: fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.integer({ min: 1_000, max: 20_000 }).map((size) => Buffer.alloc(size, 'policy ')),
  ),
  dictionary: fc.constantFrom(...dictionaries),
  anchorDate: fc.constantFrom('2031-05-01', '2031-05-31', '2031-06-01'),
});

describe('blocks of messages', () => {
  it('give each mark its own bytes back, from a block of its month and its dictionary', () => {
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 12 }), (marks) => {
        const { blocks, places } = blocksOf(marks);
        for (const [index, { raw, dictionary, anchorDate }] of marks.entries()) {
          const { blockId, start, length } = places[index]!;
          const block = blocks.find((each) => each.blockId === blockId)!;
          const bytes = zstdDecompressSync(
            block.zstd,
            dictionary === null ? {} : { dictionary: dictionary.bytes },
          );
          expect(bytes.subarray(start, start + length).equals(raw)).toBe(true);
          expect(block.dictionaryId).toBe(dictionary?.id ?? null);
          expect(block.anchorMonth).toBe(`${anchorDate.slice(0, 7)}-01`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('hold a letter that several rows share once', () => {
    const raw = Buffer.from('one letter');
    const shared = { raw, dictionary: null, anchorDate: '2031-05-01' };
    const { blocks, places } = blocksOf([shared, { ...shared, raw: Buffer.from('another') }, shared]);
    expect(places[2]).toEqual(places[0]);
    expect(zstdDecompressSync(blocks[0]!.zstd).toString()).toBe('one letteranother');
  });

  it('stay small enough to be read for one letter', () => {
    const marks = Array.from({ length: 5 }, () => ({
      raw: Buffer.alloc(400_000, 'x'),
      dictionary: null,
      anchorDate: '2031-05-01',
    }));
    const { blocks } = blocksOf(marks);
    expect(blocks.map(({ zstd }) => zstdDecompressSync(zstd).length)).toEqual([800_000, 800_000, 400_000]);
  });

  it('are none where nothing is handed over, and show damage', () => {
    expect(blocksOf([])).toEqual({ blocks: [], places: [] });
    const { zstd } = blocksOf([{ raw: Buffer.from('a letter'), dictionary: null, anchorDate: '2031-05-01' }])
      .blocks[0]!;
    zstd[zstd.length - 1]! ^= 1;
    expect(() => zstdDecompressSync(zstd)).toThrow();
  });
});
