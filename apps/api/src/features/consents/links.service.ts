import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { derivedKey } from '../../platform/auth/derived-key.js';
import { signatureOf } from '../../platform/auth/signature.js';
import { Config } from '../../platform/config/config.js';

/** Whom an unsubscribe link is for, what it is about, and the message it came with. */
export interface UnsubscribeLink {
  customerId: string;
  topic: string;
  deliveryId: string;
}

const version = 1;
const idBytes = 16;
const macBytes = 16;
const headBytes = 1 + idBytes + 1;
const uuidPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/**
 * Links that stand for a customer's own word without a sign-in. Signed, not stored: they work for as long as
 * the platform's secret lives, again and again, whoever looked at them before.
 *
 * Layout of a token, base64url: version (1 byte) · delivery id (16) · length of the topic (1) · topic ·
 * customer id · the first 128 bits of an HMAC-SHA256 over all of it.
 */
@Injectable()
export class LinksService {
  private readonly key: Buffer;

  constructor(private readonly config: Config) {
    this.key = derivedKey(config.secret, 'unsubscribe link');
  }

  /**
   * The address for `List-Unsubscribe` and the footer of a message: a page for people, and what a mail
   * program posts to.
   */
  unsubscribeUrl(link: UnsubscribeLink): string {
    return `${this.config.publicUrl}/u/${this.unsubscribeToken(link)}`;
  }

  /** The token alone. @throws RangeError when a part of the link cannot be packed. */
  unsubscribeToken({ customerId, topic, deliveryId }: UnsubscribeLink): string {
    const topicBytes = Buffer.from(topic);
    if (topicBytes.length > 255) throw new RangeError('A topic has at most 255 bytes.');
    if (!uuidPattern.test(deliveryId)) throw new RangeError('A delivery id is a UUID in small letters.');
    const body = Buffer.concat([
      Buffer.from([version]),
      Buffer.from(deliveryId.replaceAll('-', ''), 'hex'),
      Buffer.from([topicBytes.length]),
      topicBytes,
      Buffer.from(customerId),
    ]);
    return Buffer.concat([body, this.mac(body)]).toString('base64url');
  }

  /** What a token says, or null when it is not one of ours in every bit. */
  verifyUnsubscribe(token: string): UnsubscribeLink | null {
    const bytes = Buffer.from(token, 'base64url');
    // Decoding overlooks foreign characters and spare bits; a link has one spelling only.
    if (bytes.toString('base64url') !== token) return null;
    if (bytes.length <= headBytes + macBytes || bytes[0] !== version) return null;
    const body = bytes.subarray(0, -macBytes);
    if (!timingSafeEqual(bytes.subarray(-macBytes), this.mac(body))) return null;
    const topicEnd = headBytes + body.readUInt8(1 + idBytes);
    const id = body.toString('hex', 1, 1 + idBytes);
    return {
      deliveryId: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      topic: body.toString('utf8', headBytes, topicEnd),
      customerId: body.toString('utf8', topicEnd),
    };
  }

  private mac(body: Buffer): Buffer {
    return signatureOf(this.key, body).subarray(0, macBytes);
  }
}
