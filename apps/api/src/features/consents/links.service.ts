import { Injectable } from '@nestjs/common';
import { derivedKey } from '../../platform/auth/derived-key.js';
import { bodyOfToken, macBytes, signedToken } from '../../platform/auth/signature.js';
import { readUuid, uuidBytes, writeUuid } from '../../platform/auth/uuid-octets.js';
import { Config } from '../../platform/config/config.js';

/** Whom an unsubscribe link is for, what it is about, and the message it came with. */
export interface UnsubscribeLink {
  customerId: string;
  topic: string;
  deliveryId: string;
}

const version = 1;
const headBytes = 1 + uuidBytes + 1;

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
    const topicBytes = Buffer.byteLength(topic);
    if (topicBytes > 255) throw new RangeError('A topic has at most 255 bytes.');
    const bytes = headBytes + topicBytes + Buffer.byteLength(customerId) + macBytes;
    const token = Buffer.allocUnsafe(bytes);
    token[0] = version;
    writeUuid(deliveryId, token, 1);
    token[1 + uuidBytes] = topicBytes;
    token.write(topic, headBytes);
    token.write(customerId, headBytes + topicBytes);
    return signedToken(this.key, token);
  }

  /** What a token says, or null when it is not one of ours in every bit. */
  verifyUnsubscribe(token: string): UnsubscribeLink | null {
    const body = bodyOfToken(this.key, token);
    if (body === null || body.length <= headBytes || body[0] !== version) return null;
    const topicEnd = headBytes + body.readUInt8(1 + uuidBytes);
    return {
      deliveryId: readUuid(body, 1),
      topic: body.toString('utf8', headBytes, topicEnd),
      customerId: body.toString('utf8', topicEnd),
    };
  }
}
