import { timingSafeEqual } from 'node:crypto';
import { derivedKey } from '../auth/derived-key.js';
import { signatureOf } from '../auth/signature.js';
import { readUuid, uuidBytes, writeUuid } from '../auth/uuid-octets.js';

/** RFC 4648, in small letters: mail servers may change the case of a local part, and digits 0, 1 and 8 are not in it. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const idLength = 26;
const macLength = 16;
const signedBytes = 10;

/** The longest name before the @ of a return path that leaves room for what is added to it. */
export const longestReturnPathName = 64 - 1 - idLength - 1 - macLength;

/** Signs return paths. */
export function returnPathKey(secret: string): Buffer {
  return derivedKey(secret, 'return path');
}

/**
 * The envelope sender of one delivery's message (VERP): what bounces comes back to an address that names the delivery,
 * signed, so that nobody can report a bounce of a message that they never saw.
 *
 * `bounces@mail.example` gives `bounces+<id>.<mac>@mail.example`: the delivery's id and 80 bits of an HMAC-SHA256.
 */
export function returnPathOf(base: string, deliveryId: string, key: Buffer): string {
  const at = base.lastIndexOf('@');
  return `${base.slice(0, at)}+${tagOf(deliveryId, key)}${base.slice(at)}`;
}

/** The delivery that a return path names; null when it is none of ours in every letter but for case. */
export function readReturnPath(address: string, key: Buffer): string | null {
  const tag = /\+([a-z2-7]{26}\.[a-z2-7]{16})@[^@]*$/i.exec(address)?.[1]?.toLowerCase();
  if (tag === undefined) return null;
  const deliveryId = readUuid(idBytesOf(tag), 0);
  // As text: the last letter has bits to spare, and an address has one spelling only.
  return timingSafeEqual(Buffer.from(tag), Buffer.from(tagOf(deliveryId, key))) ? deliveryId : null;
}

function tagOf(deliveryId: string, key: Buffer): string {
  const id = Buffer.allocUnsafe(uuidBytes);
  writeUuid(deliveryId, id, 0);
  return `${base32(id, uuidBytes)}.${base32(signatureOf(key, Buffer.from(deliveryId)), signedBytes)}`;
}

/** Of the first bytes. */
function base32(bytes: Buffer, length: number): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (let at = 0; at < length; at += 1) {
    held = ((held << 8) | bytes[at]!) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31]!;
}

function idBytesOf(tag: string): Buffer {
  const bytes = Buffer.alloc(uuidBytes);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of tag.slice(0, idLength)) {
    held = ((held << 5) | alphabet.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = held >> bits;
  }
  return bytes;
}
