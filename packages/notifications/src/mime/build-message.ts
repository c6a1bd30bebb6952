import { parseAddress } from './address.js';
import { contentEntity, type Entity } from './body.js';
import { dateField, mailboxField, subjectField } from './header-fields.js';
import { headerToken } from './header-text.js';
import { MessageError, type BuiltMessage, type MessageInput } from './mime.types.js';
import { hasOverlongLine } from './transfer.js';
import { webAddress } from './web-address.js';

/**
 * The bytes of a message and the envelope it travels in. The same input gives the same bytes.
 *
 * Headers beside the usual ones: X-Aftercare-Delivery (one for each delivery that the message carries),
 * Auto-Submitted (RFC 3834), Feedback-ID, Content-Language, List-Unsubscribe (RFC 2369) on service and marketing,
 * and List-Unsubscribe-Post (RFC 8058) on marketing.
 *
 * @throws AddressError when an address is none.
 * @throws MessageError when the class and what was given do not fit together.
 */
export function buildMessage(input: MessageInput): BuiltMessage {
  if (input.class !== 'account' && !input.deliveryId)
    throw new MessageError('delivery_id_missing', `A message of class ${input.class} needs a delivery id.`);
  const envelope = { from: parseAddress(input.returnPath), to: parseAddress(input.to.address) };
  const messageId = parseMessageId(input.messageId);
  const fields =
    mailboxField('To', input.to) +
    subjectField(input.subject) +
    `Message-ID: <${messageId}>\r\n` +
    dateField(input.date) +
    commonFields(input) +
    deliveryFields(input) +
    unsubscribeFields(input);
  const base = headerToken(messageId);
  if (input.eightBit) {
    const raw = bytes(fields, contentEntity(input, '8bit', base));
    if (!hasOverlongLine(raw)) return { raw, envelope };
  }
  return { raw: bytes(fields, contentEntity(input, 'quoted-printable', base)), envelope };
}

/** Written piece by piece: to join them first would copy the whole message once more. */
function bytes(fields: string, content: Entity): Buffer {
  const pieces = [`${fields}${content.fields}\r\n`, ...content.body];
  const raw = room(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) at += raw.write(piece, at, 'latin1');
  return raw;
}

const slabBytes = 1024 * 1024;
let slab = Buffer.alloc(0);

/**
 * Messages of one moment share a piece of memory that is large enough to go back to the system when they are done with:
 * one by one they leave holes between what stays.
 */
function room(length: number): Buffer {
  if (length > slab.length) slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, length));
  const taken = slab.subarray(0, length);
  slab = slab.subarray(length);
  return taken;
}

// Made once for all messages of a campaign in a language.
const skeletons = new Map<string, string>();
const mostSkeletons = 1_000;

function commonFields(input: MessageInput): string {
  const { from, replyTo, class: kind, campaign, topic, locale } = input;
  const key = [from.name, from.address, replyTo?.name, replyTo?.address, kind, campaign, topic, locale].join(
    '\0',
  );
  const known = skeletons.get(key);
  if (known !== undefined) return known;
  const fields =
    mailboxField('From', from) +
    (replyTo ? mailboxField('Reply-To', replyTo) : '') +
    'MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n' +
    `Content-Language: ${headerToken(locale)}\r\n` +
    `Feedback-ID: ${[campaign, topic, kind, 'aftercare'].map(headerToken).join(':')}\r\n`;
  if (skeletons.size >= mostSkeletons) skeletons.clear();
  skeletons.set(key, fields);
  return fields;
}

function deliveryFields({ deliveryId, carries = [] }: MessageInput): string {
  let fields = deliveryId ? `X-Aftercare-Delivery: ${headerToken(deliveryId)}\r\n` : '';
  for (const id of carries) fields += `X-Aftercare-Delivery: ${headerToken(id)}\r\n`;
  return fields;
}

/** Fails closed: a message that must offer a way out and has none is not made, nor is one that must not. */
function unsubscribeFields({ class: kind, unsubscribe }: MessageInput): string {
  if (kind === 'legal' || kind === 'account') {
    if (!unsubscribe) return '';
    throw new MessageError(
      'unsubscribe_not_allowed',
      `A message of class ${kind} cannot be unsubscribed from.`,
    );
  }
  if (!unsubscribe) {
    throw new MessageError('unsubscribe_missing', `A message of class ${kind} needs an unsubscribe link.`);
  }
  const url = `<${unsubscribeUrl(unsubscribe.url)}>`;
  const mailto = unsubscribe.mailto ? `<mailto:${parseAddress(unsubscribe.mailto)}>` : null;
  // On one line while it may be: folding could break the field for programs that read line by line.
  const between = url.length + (mailto?.length ?? 0) < 900 ? ', ' : ',\r\n ';
  const field = `List-Unsubscribe: ${mailto === null ? url : `${url}${between}${mailto}`}\r\n`;
  return kind === 'marketing' ? `${field}List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n` : field;
}

function unsubscribeUrl(raw: string): string {
  const url = webAddress(raw);
  if (url !== null && url.length < 900) return url;
  throw new MessageError('bad_url', 'The unsubscribe link is not a web address of a sensible length.');
}

function parseMessageId(raw: string): string {
  const inner = /^<?([^<>\s]+)>?$/.exec(raw)?.[1];
  try {
    // A message id has the shape of an address, and a stricter rule than RFC 5322's does no harm to ours.
    return parseAddress(inner ?? '');
  } catch {
    throw new MessageError('bad_message_id', 'The message id is not of the form id@domain.');
  }
}
