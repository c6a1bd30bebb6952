import type { Envelope } from '../mime/mime.types.js';

/** Milliseconds; see {@link defaultTimeouts} for what applies when one is left out. */
export type SmtpTimeouts = {
  /** DNS, TCP and TLS together. */
  connection: number;
  /** From the open connection to the server's 220. */
  greeting: number;
  /** Silence on an open connection while we wait for something. */
  silence: number;
  /** One whole message, however busily a server trickles its answers. */
  message: number;
  /** An unused connection is closed after this long. */
  idle: number;
};

export type SmtpPoolOptions = {
  /**
   * `smtp://user:pass@host:port/?option=value`, or `smtps://…` for TLS from the start. STARTTLS is used
   * when offered, and demanded when credentials would travel to another machine. Options are
   * nodemailer's: `requireTLS`, `ignoreTLS`, `name`, `localAddress`, and `tls.…` for whatever node:tls takes.
   */
  url: string;
  /** The most connections open at once, each with one message in flight. */
  connections: number;
  timeouts?: Partial<SmtpTimeouts>;
};

/** `raw` with lines that end in CRLF, as buildMessage makes them. */
export type OutgoingMessage = { envelope: Envelope; raw: Buffer };

/**
 * The message that is to go over the same connection next, as far as it is known. Announced is only its envelope: whoever
 * names one sends it afterwards, or withdraws it.
 */
export type NextMessage = () => OutgoingMessage | null;

/**
 * What became of one message. Only `accepted` means a server took it; only `refused` is the server's
 * own word about this message, its recipient (`rcpt`) or our sender (`mail`).
 */
export type SendOutcome =
  | { kind: 'accepted'; reply: string }
  | {
      kind: 'refused';
      /** 5xx (but 503, which is about the session): the same message would be refused again. */
      permanent: boolean;
      /** `data`: the DATA command; `message`: the answer to the whole message. */
      stage: 'mail' | 'rcpt' | 'data' | 'message';
      code: number;
      /** RFC 3463 status such as `5.1.1`, when the reply carries one. */
      status: string | null;
      reply: string;
    }
  /** Certainly not delivered: the end of the message was never written. Safe to try again. */
  | { kind: 'not_sent'; reason: NotSentReason; detail: string; reply: string | null }
  /** The end of the message may have been written and no answer came: nobody knows. */
  | { kind: 'in_doubt'; reason: 'connection_lost' | 'timeout' | 'closed' | 'protocol'; detail: string };

export type NotSentReason =
  /** No connection: DNS, refused, unreachable, or nobody answered in time. */
  | 'unreachable'
  | 'tls'
  | 'auth'
  /** The server turned us away before any message (greeting or EHLO). */
  | 'server_refused'
  | 'connection_lost'
  | 'timeout'
  /** The pool was closed. */
  | 'closed'
  /** The message is larger than the server says it takes. */
  | 'too_large'
  | 'protocol';
