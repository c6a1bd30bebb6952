import { isAscii } from 'node:buffer';
import type { Features } from './opening.js';
import { notSent, type NotSent, type Refused } from './outcome.js';
import type { NextMessage, OutgoingMessage, SendOutcome } from './transport.types.js';

/** One message's way through a session. */
export type Transaction = {
  message: OutgoingMessage;
  /** The first no to it; with PIPELINING the answers behind it must still come in. */
  refusal: Refused | null;
  /** Whether the final dot may have left us. From there on only a reply to the message settles it. */
  endWritten: boolean;
  next: NextMessage;
  /** Null while the message is announced and nobody has said that it may go: its body stays here until then. */
  settle: ((outcome: SendOutcome) => void) | null;
  /** What came of a message that was announced, before anybody asked. */
  outcome: SendOutcome | null;
};

export function beginning(message: OutgoingMessage): Transaction {
  return { message, refusal: null, endWritten: false, next: () => null, settle: null, outcome: null };
}

/** Why a message is not even offered to a server; null: it may be. */
export function obstacleTo({ raw }: OutgoingMessage, { largest, eightBit }: Features): NotSent | null {
  if (largest > 0 && raw.length > largest)
    return notSent('too_large', `The server takes ${largest} bytes, the message has ${raw.length}.`);
  if (!eightBit && !isAscii(raw)) return notSent('protocol', 'The server does not take 8bit messages.');
  return null;
}

export function mailOf({ raw, envelope }: OutgoingMessage, { size }: Features): string {
  const body = isAscii(raw) ? '' : ' BODY=8BITMIME';
  return `MAIL FROM:<${envelope.from}>${body}${size ? ` SIZE=${raw.length}` : ''}\r\n`;
}

export function rcptOf({ envelope }: OutgoingMessage): string {
  return `RCPT TO:<${envelope.to}>\r\n`;
}

/** All that a server with PIPELINING hears before it asks for the message. */
export function envelopeOf(message: OutgoingMessage, features: Features): string {
  return `${mailOf(message, features)}${rcptOf(message)}DATA\r\n`;
}
