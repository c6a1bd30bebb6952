import type { Reply } from './reply.js';
import type { NotSentReason, SendOutcome } from './transport.types.js';
import type { WireEnd } from './wire.js';

export type NotSent = Extract<SendOutcome, { kind: 'not_sent' }>;
export type Refused = Extract<SendOutcome, { kind: 'refused' }>;
export type InDoubt = Extract<SendOutcome, { kind: 'in_doubt' }>;

/** Why no connection came about. */
export class NotOpened extends Error {
  readonly outcome: NotSent;

  constructor(reason: NotSentReason, detail: string, reply: string | null) {
    super(detail);
    this.name = 'NotOpened';
    this.outcome = notSent(reason, detail, reply);
  }
}

/** What the end of a connection means that was only being opened. */
export function openingReason({ reason, code = '' }: WireEnd): NotSentReason {
  // A certificate that does not verify arrives as a socket error whose code names it.
  if (/CERT|SSL|TLS|SIGNATURE|EPROTO/.test(code)) return 'tls';
  return reason === 'connection_lost' ? 'unreachable' : reason;
}

export function notSent(reason: NotSentReason, detail: string, reply: string | null = null): NotSent {
  return { kind: 'not_sent', reason, detail, reply };
}

export function inDoubt(reason: InDoubt['reason'], detail: string): InDoubt {
  return { kind: 'in_doubt', reason, detail };
}

/** The server's own no: a whole reply of 4xx or 5xx. */
export function isRefusal({ code }: Reply): boolean {
  return code >= 400 && code < 600;
}

export function refused(stage: Refused['stage'], { code, text: reply }: Reply): Refused {
  const status = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? null;
  // 503 says that the session was in the wrong state for a command, and not that the message is unwanted.
  return { kind: 'refused', permanent: code >= 500 && code !== 503, stage, code, status, reply };
}
