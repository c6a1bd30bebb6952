import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import type { SmtpTimeouts } from './transport.types.js';

/**
 * RFC 5321 section 4.5.3.2 asks a client to wait minutes, not seconds: giving up on a server that has
 * the whole message and is slow to say so leaves that message in doubt.
 */
export const defaultTimeouts: SmtpTimeouts = {
  connection: 30_000,
  greeting: 60_000,
  silence: 5 * 60_000,
  message: 15 * 60_000,
  idle: 30_000,
};

export type SmtpServerOptions = {
  host: string;
  port: number;
  /** TLS from the start. */
  secure: boolean;
  /** No message and no password without TLS; stronger than `ignoreTLS`. */
  requireTLS: boolean;
  ignoreTLS: boolean;
  /** What we call ourselves. */
  name: string;
  localAddress: string | undefined;
  /** What the server's certificate must be for, unless `tls` says otherwise; an IP address is checked as it stands. */
  servername: string | undefined;
  tls: ConnectionOptions;
};

export type SmtpServer = { options: SmtpServerOptions; auth: { user: string; pass: string } | null };

/** Reads an SMTP URL. Throws a TypeError that does not repeat the URL, as it may hold a password. */
export function parseSmtpUrl(url: string): SmtpServer {
  if (!/^smtps?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new TypeError('An SMTP URL looks like smtp://user:password@host:587 or smtps://host:465.');
  }
  // nodemailer's way with the address: its options may stand in the query, those of TLS with a prefix.
  const { auth, host = 'localhost', ...given } = parseConnectionUrl(url);
  const more = given as Record<string, unknown> & { tls?: ConnectionOptions };
  const credentials = auth?.user ? { user: auth.user, pass: auth.pass ?? '' } : null;
  const secure = given.secure === true;
  // A password never crosses a network in the clear because a server, or someone between, hid STARTTLS.
  const mustBeSecret = credentials !== null && !secure && !isLoopback(host);
  return {
    auth: credentials,
    options: {
      host,
      port: Number(given.port) || (secure ? 465 : 587),
      secure,
      requireTLS: typeof more['requireTLS'] === 'boolean' ? more['requireTLS'] : mustBeSecret,
      ignoreTLS: more['ignoreTLS'] === true,
      name: ownName(more['name']),
      localAddress: text(more['localAddress']),
      servername: text(more['servername']) ?? (isIP(host) ? undefined : host),
      tls: more.tls ?? {},
    },
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** RFC 5321 section 4.1.1.1: a full name, or an address in brackets. */
function ownName(given: unknown): string {
  const name = text(given) ?? hostname();
  if (isIP(name)) return `[${name}]`;
  return /^[\w.:[\]-]+$/.test(name) && (given !== undefined || name.includes('.')) ? name : '[127.0.0.1]';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
