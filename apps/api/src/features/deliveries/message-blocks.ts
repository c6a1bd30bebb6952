import { randomUUID } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import type { Mark } from './deliveries.types.js';

/** The bytes of letters that are handed over together, compressed together. */
export interface MessageBlock {
  blockId: string;
  /** The first day of the month in which the anchor dates of its letters lie. */
  anchorMonth: string;
  dictionaryId: number | null;
  zstd: Buffer;
}

/** Where a mark's bytes are, once its block is read out. */
export interface BlockPlace {
  blockId: string;
  start: number;
  length: number;
}

type BlockPart = Pick<Mark, 'raw' | 'dictionary' | 'anchorDate'>;

/** Whoever looks at one letter reads its block out whole. */
const largestBlock = 1024 * 1024;

/** Beside letters of its kind the lowest level takes a fraction of the time, for a hundredth of the size. */
const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };

/**
 * Puts the bytes of marks into blocks: those of one month that are kept with the same dictionary. Letters of one kind
 * are nearly the same, so that together they cost a fifth of the time that they would cost one by one.
 *
 * @returns the blocks, and for each mark, in their order, where its bytes are
 */
export function blocksOf(marks: readonly BlockPart[]): { blocks: MessageBlock[]; places: BlockPlace[] } {
  const open = new Map<string, OpenBlock>();
  const all: OpenBlock[] = [];
  const places = marks.map((mark) => {
    const kind = `${mark.anchorDate.slice(0, 7)} ${mark.dictionary?.id ?? ''}`;
    let block = open.get(kind);
    if (block === undefined || block.length + mark.raw.length > largestBlock) {
      block = new OpenBlock(mark);
      open.set(kind, block);
      all.push(block);
    }
    return block.add(mark.raw);
  });
  return { blocks: all.map((block) => block.close()), places };
}

class OpenBlock {
  length = 0;
  private readonly blockId = randomUUID();
  /** Rows of one letter share its bytes. */
  private readonly places = new Map<Buffer, BlockPlace>();

  constructor(private readonly first: BlockPart) {}

  add(raw: Buffer): BlockPlace {
    let place = this.places.get(raw);
    if (place === undefined) {
      place = { blockId: this.blockId, start: this.length, length: raw.length };
      this.places.set(raw, place);
      this.length += raw.length;
    }
    return place;
  }

  close(): MessageBlock {
    const { dictionary, anchorDate } = this.first;
    return {
      blockId: this.blockId,
      anchorMonth: `${anchorDate.slice(0, 7)}-01`,
      dictionaryId: dictionary?.id ?? null,
      zstd: zstdCompressSync(Buffer.concat([...this.places.keys()], this.length), {
        params,
        pledgedSrcSize: this.length,
        ...(dictionary === null ? {} : { dictionary: dictionary.bytes }),
      }),
    };
  }
}
