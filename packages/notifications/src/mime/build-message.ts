import MailComposer from 'nodemailer/lib/mail-composer';
import { parseAddress } from './address.js';
import { signed } from './dkim.js';
import { headerText, headerToken } from './header-text.js';
import { MessageError, type BuiltMessage, type Mailbox, type MessageInput } from './mime.types.js';

/**
 * The bytes of a message and the envelope it travels in. The same input gives the same bytes.
 *
 * Headers beside the usual ones: X-Aftercare-Delivery (one for each delivery that the message carries), Auto-Submitted (RFC 3834), Feedback-ID,
 * Content-Language, List-Unsubscribe (RFC 2369) on service and marketing, and List-Unsubscribe-Post
 * (RFC 8058) on marketing.
 *
 * @throws AddressError when an address is none.
 * @throws MessageError when the class and what was given do not fit together.
 */
export async function buildMessage(input: MessageInput): Promise<BuiltMessage> {
  const envelope = { from: returnPath(input), to: parseAddress(input.to.address) };
  const messageId = parseMessageId(input.messageId);
  const mail = new MailComposer({
    from: mailbox(input.from),
    to: mailbox(input.to),
    ...(input.replyTo ? { replyTo: mailbox(input.replyTo) } : {}),
    subject: headerText(input.subject),
    messageId,
    date: input.date,
    text: bodyText(String(input.text)),
    // Base64: half the time of quoted-printable to make, smaller for Chinese, and no line grows too long.
    html: { content: String(input.html), contentTransferEncoding: 'base64' },
    headers: headers(input),
    // The boundary would be random otherwise, and a rebuilt message a different one.
    baseBoundary: headerToken(messageId),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await mail.compile().build();
  return { raw: input.dkim ? await signed(raw, input.dkim) : raw, envelope };
}

/** CRLF and no other control characters: a bare CR or LF is where servers disagree on a line's end. */
function bodyText(raw: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  return raw.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ').replace(/\r\n|\r|\n/g, '\r\n');
}

function mailbox({ name, address }: Mailbox): { name: string; address: string } {
  return { name: headerText(name ?? ''), address: parseAddress(address) };
}

type HeaderList = { key: string; value: string | { prepared: true; value: string } }[];

function headers(input: MessageInput): HeaderList {
  const feedbackId = [input.campaign, input.topic, input.class, 'aftercare'].map(headerToken).join(':');
  const list: HeaderList = [
    { key: 'Auto-Submitted', value: 'auto-generated' },
    { key: 'Content-Language', value: headerToken(input.locale) },
    { key: 'Feedback-ID', value: feedbackId },
  ];
  for (const id of [input.deliveryId ?? [], input.carries ?? []].flat()) {
    list.push({ key: 'X-Aftercare-Delivery', value: headerToken(id) });
  }
  return [...list, ...unsubscribeHeaders(input)];
}

/** Fails closed: a message that must offer a way out and has none is not made, nor is one that must not. */
function unsubscribeHeaders({ class: kind, unsubscribe }: MessageInput): HeaderList {
  if (kind === 'legal' || kind === 'account') {
    if (!unsubscribe) return [];
    throw new MessageError(
      'unsubscribe_not_allowed',
      `A message of class ${kind} cannot be unsubscribed from.`,
    );
  }
  if (!unsubscribe) {
    throw new MessageError('unsubscribe_missing', `A message of class ${kind} needs an unsubscribe link.`);
  }
  const ways = [`<${unsubscribeUrl(unsubscribe.url)}>`];
  if (unsubscribe.mailto) ways.push(`<mailto:${parseAddress(unsubscribe.mailto)}>`);
  // Prepared: folding could break a long address in two for clients that read line by line.
  const value = ways.join(', ');
  const list: HeaderList = [{ key: 'List-Unsubscribe', value: { prepared: true, value } }];
  if (kind === 'marketing') list.push({ key: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' });
  return list;
}

function unsubscribeUrl(raw: string): string {
  const url = URL.canParse(raw) ? new URL(raw) : null;
  // Serialising percent-encodes spaces, line breaks and angle brackets away.
  if (url && (url.protocol === 'https:' || url.protocol === 'http:') && url.href.length < 900)
    return url.href;
  throw new MessageError('bad_url', 'The unsubscribe link is not a web address of a sensible length.');
}

/** Variable envelope return path: a bounce comes back to an address that names the delivery. */
function returnPath({ returnPath: base, deliveryId, class: kind }: MessageInput): string {
  const address = parseAddress(base);
  if (!deliveryId) {
    if (kind === 'account') return address;
    throw new MessageError('delivery_id_missing', `A message of class ${kind} needs a delivery id.`);
  }
  const at = address.lastIndexOf('@');
  return parseAddress(`${address.slice(0, at)}+${headerToken(deliveryId)}${address.slice(at)}`);
}

function parseMessageId(raw: string): string {
  const inner = /^<?([^<>\s]+)>?$/.exec(raw)?.[1];
  try {
    // A message id has the shape of an address, and a stricter rule than RFC 5322's does no harm to ours.
    return `<${parseAddress(inner ?? '')}>`;
  } catch {
    throw new MessageError('bad_message_id', 'The message id is not of the form id@domain.');
  }
}
