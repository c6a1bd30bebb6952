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
  /** The envelope's sender, whole: where a bounce of this very message comes back to. */
  returnPath: string;
  date: Date;
  /** The server offers 8BITMIME: the words go as they are. Else, and where a line is too long, quoted-printable. */
  eightBit?: boolean;
  calendar?: CalendarPart;
  /** Files that the HTML shows by `cid:…`. */
  inline?: readonly InlineFile[];
};

/** An appointment (RFC 5546); `content` is the whole iCalendar object, its METHOD the same. */
export type CalendarPart = {
  method: 'PUBLISH' | 'REQUEST' | 'CANCEL';
  content: string;
  /** `event.ics` unless it is called otherwise. */
  filename?: string;
};

export type InlineFile = { cid: string; contentType: string; filename: string; content: Buffer };

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
      | 'bad_file'
      | 'dkim_failed',
    message: string,
  ) {
    super(message);
    this.name = 'MessageError';
  }
}
