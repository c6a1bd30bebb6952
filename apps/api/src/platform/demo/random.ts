/** Chance that repeats itself: the same seed gives the same numbers, on every machine. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** One of the items, each as likely as its weight is of all weights. */
  weighted<Item>(items: readonly (readonly [item: Item, weight: number])[]): Item;
}

/**
 * The numbers of one seed and one stream of it (sfc32, seeded by FNV-1a). Every household draws from a stream of its
 * own, so that a book of a thousand begins like a book of a million.
 */
export function randomOf(seed: string, stream: number): Random {
  let a = fnv1a(seed);
  let b = stream | 0;
  let c = 0x9e3779b9 ^ (stream / 0x100000000);
  let counter = 1;
  const next32 = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  // Neighbouring streams begin alike; a dozen rounds part them.
  for (let round = 0; round < 12; round += 1) next32();
  const next = () => next32() / 0x100000000;
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (share) => next() < share,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    weighted(items) {
      let rest = 0;
      for (const [, weight] of items) rest += weight;
      rest *= next();
      for (const [item, weight] of items) {
        rest -= weight;
        if (rest < 0) return item;
      }
      return items.at(-1)![0];
    },
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
