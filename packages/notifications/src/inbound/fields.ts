/** Fields of a header, or of a block like one, by name in small letters; the first of each name counts. */
export type Fields = Map<string, string>;

const blocksAtMost = 100;

/** Blocks of `Name: value` lines with empty lines between them, unfolded. Lines that are no field are passed over. */
export function readBlocks(text: string): Fields[] {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/, blocksAtMost)
    .map(readFields)
    .filter((fields) => fields.size > 0);
}

/** One block of `Name: value` lines. */
export function readFields(block: string): Fields {
  const fields: Fields = new Map();
  for (const line of block
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    if (/^[!-9;-~]+$/.test(name) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** The address in `rfc822; ann@example.com`, `<ann@example.com>` or `ann@example.com`; null when there is none. */
export function addressIn(value: string | undefined): string | null {
  return /([^\s<>;,"'()]{1,200}@[^\s<>;,"'()@]{1,255})/.exec(value ?? '')?.[1]?.replace(/[.:]+$/, '') ?? null;
}
