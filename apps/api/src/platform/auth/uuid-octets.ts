const digits = new Int8Array(128).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) digits[digit.charCodeAt(0)] = value;
const dash = '-'.charCodeAt(0);

export const uuidBytes = 16;

/**
 * Writes a UUID as its 16 octets. A letter's id goes into each of its links and its return path: a buffer of its own
 * and two passes over the text, for each of them, cost as much as the signature.
 *
 * @throws RangeError when it is no UUID in small letters
 */
export function writeUuid(uuid: string, into: Buffer, at: number): void {
  let isUuid = uuid.length === 36;
  let to = at;
  for (let from = 0; isUuid && from < 36; from += 2) {
    if (from === 8 || from === 13 || from === 18 || from === 23) {
      isUuid = uuid.charCodeAt(from) === dash;
      from += 1;
    }
    const octet = (digitAt(uuid, from) << 4) | digitAt(uuid, from + 1);
    isUuid &&= octet >= 0;
    into[to++] = octet;
  }
  if (!isUuid) throw new RangeError('A delivery id is a UUID in small letters.');
}

/** Negative where there is none. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (digits[code] as number) : -1;
}

/** The UUID whose octets stand there. */
export function readUuid(from: Buffer, at: number): string {
  const hex = from.toString('hex', at, at + uuidBytes);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
