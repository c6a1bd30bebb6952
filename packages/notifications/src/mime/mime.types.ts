import type { ContactClass } from '@aftercare/domain';
import type { MailText } from './mail-text.js';

/**
 * Contact classes as in the domain, and `account`: a message the person asked for a moment ago (a
 * sign-in link), which no campaign sends and no one can unsubscribe from.
 */
export type MessageClass = ContactClass | 'account';

export type Mailbox = { name?: string | null; address: string };

/** How to sign (RFC 6376): an RSA private key in PEM, and where its public half is published. */
export type DkimKey = { domain: string; selector: string; privateKey: string };

/** What {@link buildMessage} needs beside the words. */
export type MessageInput = {
  from: Mailbox;
  replyTo?: Mailbox;
  to: Mailbox;
  subject: string;
  html: MailText | string;
  text: MailText | string;
  /** BCP 47 tag of the words, for Content-Language. */
  locale: string;
  /** With or without angle brackets; the same one for a resend. */
  messageId: string;
  /** Needed by every class but `account`. */
  deliveryId?: string;
  /** Further deliveries that the same message carries. */
  carries?: readonly string[];
  class: MessageClass;
  /** Topic and campaign key, for Feedback-ID. */
  topic: string;
  campaign: string;
  /** Needed by `service` and `marketing`; refused on `legal` and `account`. */
  unsubscribe?: { url: string; mailto?: string };
  /** Base of the VERP return path: `bounces@mail.example` becomes `bounces+<deliveryId>@mail.example`. */
  returnPath: string;
  date: Date;
  /** Signs the bytes here, so that what is stored as sent is what the server got. */
  dkim?: DkimKey;
};

export type Envelope = { from: string; to: string };
export type BuiltMessage = { raw: Buffer; envelope: Envelope };

/** A message that must not be built as asked; `code` is stable. Addresses throw AddressError. */
export class MessageError extends Error {
  constructor(
    readonly code:
      | 'unsubscribe_missing'
      | 'unsubscribe_not_allowed'
      | 'delivery_id_missing'
      | 'bad_message_id'
      | 'bad_url'
      | 'dkim_failed',
    message: string,
  ) {
    super(message);
    this.name = 'MessageError';
  }
}
