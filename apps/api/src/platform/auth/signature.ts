import { hash, timingSafeEqual } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;

/** What stands before everything that is signed with a key, in buffers that are written over each time. */
interface Pads {
  inner: Buffer;
  outer: Buffer;
}

const padded = new WeakMap<Buffer, Pads>();

/**
 * HMAC-SHA256 (RFC 2104).
 *
 * @param key of 64 bytes at most, the same object each time
 */
export function signatureOf(key: Buffer, body: Buffer): Buffer {
  return Buffer.from(octetsOfSignature(key, body, body.length), 'binary');
}

/** The octets of a token after what it says: the first 128 bits of an HMAC-SHA256 over it. */
export const macBytes = 16;

/** Signs a token that has room for that at its end, and writes it as base64url. */
export function signedToken(key: Buffer, token: Buffer): string {
  const length = token.length - macBytes;
  token.write(octetsOfSignature(key, token, length), length, macBytes, 'latin1');
  return token.toString('base64url');
}

/** What a token says, or null when it is not one of ours in every bit. */
export function bodyOfToken(key: Buffer, token: string): Buffer | null {
  const octets = Buffer.from(token, 'base64url');
  // Decoding overlooks foreign characters and spare bits; a link has one spelling only.
  if (octets.toString('base64url') !== token || octets.length < macBytes) return null;
  const body = octets.subarray(0, -macBytes);
  const mac = signatureOf(key, body).subarray(0, macBytes);
  return timingSafeEqual(octets.subarray(-macBytes), mac) ? body : null;
}

/**
 * Of the first octets of a buffer. A letter bears several signatures, and to make an Hmac object for each costs several
 * times as much as to hash twice; as a string a digest takes half the time that it takes as a Buffer of its own.
 */
function octetsOfSignature(key: Buffer, body: Buffer, length: number): string {
  let pads = padded.get(key);
  if (pads === undefined || pads.inner.length < blockBytes + length) {
    pads = { inner: pad(key, 0x36, length), outer: pad(key, 0x5c, digestBytes) };
    padded.set(key, pads);
  }
  body.copy(pads.inner, blockBytes, 0, length);
  const inner = hash('sha256', pads.inner.subarray(0, blockBytes + length), 'binary');
  pads.outer.write(inner, blockBytes, 'latin1');
  return hash('sha256', pads.outer, 'binary');
}

/** With room behind it. */
function pad(key: Buffer, by: number, room: number): Buffer {
  if (key.length > blockBytes) throw new RangeError(`A key has at most ${blockBytes} bytes.`);
  const block = Buffer.alloc(blockBytes + room, by);
  for (const [index, byte] of key.entries()) block[index] = byte ^ by;
  return block;
}
