import { hash } from 'node:crypto';

const blockBytes = 64;

/** What a key becomes before anything is signed with it. */
const padded = new WeakMap<Buffer, { inner: Buffer; outer: Buffer }>();

/**
 * HMAC-SHA256 (RFC 2104). A letter bears several signatures, and to make an Hmac object for each costs several times as
 * much as to hash twice.
 *
 * @param key of 64 bytes at most, the same object each time
 */
export function signatureOf(key: Buffer, body: Buffer): Buffer {
  let pads = padded.get(key);
  if (pads === undefined) {
    pads = { inner: pad(key, 0x36), outer: pad(key, 0x5c) };
    padded.set(key, pads);
  }
  const inner = hash('sha256', Buffer.concat([pads.inner, body]), 'buffer');
  return hash('sha256', Buffer.concat([pads.outer, inner]), 'buffer');
}

function pad(key: Buffer, by: number): Buffer {
  if (key.length > blockBytes) throw new RangeError(`A key has at most ${blockBytes} bytes.`);
  const block = Buffer.alloc(blockBytes, by);
  for (const [index, byte] of key.entries()) block[index] = byte ^ by;
  return block;
}
