/** What a mail server's word is about. */
export type ReplyKind =
  /** The mailbox or its domain does not exist or was closed. */
  | 'address_dead'
  /** It exists and has no room. */
  | 'mailbox_full'
  /** We write too much or too fast. */
  | 'rate_limited'
  /** They want nothing from us: reputation, block list, policy. */
  | 'blocked'
  /** This message: too large, held to be spam, something in it. */
  | 'content'
  /** Our own sender address, domain, authentication or permission to relay. */
  | 'sender'
  /** Something that passes: greylisting, a server that is busy or down, a time that ran out. */
  | 'temporary'
  | 'other';

/** A reply on the wire, or what a report repeats of one. */
export interface ReplyGiven {
  /** The three digits of RFC 5321; null when a report gives none. */
  code: number | null;
  /** The status of RFC 3463, such as `5.1.1`, when there is one. */
  status: string | null;
  text: string;
  /** Where in the conversation it was said; `report`: a report says so afterwards. */
  stage: 'connect' | 'mail' | 'rcpt' | 'data' | 'message' | 'report';
}

export interface ReplyClass {
  kind: ReplyKind;
  /** The same message to the same address would be refused again. */
  permanent: boolean;
}
