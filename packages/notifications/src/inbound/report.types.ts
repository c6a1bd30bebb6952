import type { ReplyClass } from './classify.types.js';

/** What a mail server says became of a message for one recipient (RFC 3464). */
export interface RecipientStatus {
  /** `relayed` and `expanded`: handed on to where nothing more will be heard of it. */
  action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  /** The address that the message was sent to, as far as the report knows it. */
  address: string | null;
  /** RFC 3463. */
  status: string | null;
  /** The words of the server that refused it. */
  diagnostic: string | null;
  /** What they mean, where it failed or is late. */
  verdict: ReplyClass;
}

/** What a returned mail names of the message that it is about. */
export interface NamedMessage {
  /** Of `X-Aftercare-Delivery`: the delivery that leads the letter, and those that it carries. */
  deliveryIds: string[];
  /** The message's own `Message-ID`, or what an answer says it is in reply to; with angle brackets, likeliest first. */
  messageIds: string[];
}

interface Common {
  about: NamedMessage;
  /** The `Message-ID` of the mail that was read. */
  messageId: string | null;
  /** When it says that it was written. */
  at: Date | null;
  /** Its beginning, for people. */
  excerpt: string;
}

/** A mail that came back, read. */
export type MailReport = Common &
  (
    | { kind: 'status'; recipients: RecipientStatus[] }
    /** The reader called it spam (RFC 5965), or asked a provider to be left alone. */
    | { kind: 'complaint'; address: string | null }
    /** A machine answers: out of office, a receipt, a ticket number. */
    | { kind: 'auto_reply' }
    /** A person answers. */
    | { kind: 'reply' }
    /** A mailing or a report that is about none of this. */
    | { kind: 'other' }
  );
