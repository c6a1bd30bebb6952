import { isIP } from 'node:net';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
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

export type SmtpServer = {
  options: SMTPConnectionOptions;
  auth: { user: string; pass: string } | null;
};

/** Reads an SMTP URL. Throws a TypeError that does not repeat the URL, as it may hold a password. */
export function parseSmtpUrl(url: string, timeouts: SmtpTimeouts): SmtpServer {
  if (!/^smtps?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new TypeError('An SMTP URL looks like smtp://user:password@host:587 or smtps://host:465.');
  }
  const { auth, ...options } = parseConnectionUrl(url);
  const credentials = auth?.user ? { user: auth.user, pass: auth.pass ?? '' } : null;
  return {
    auth: credentials,
    options: {
      // A password never crosses a network in the clear because a server, or someone between, hid STARTTLS.
      requireTLS: credentials !== null && !options.secure && !isLoopback(options.host ?? 'localhost'),
      ...(options as SMTPConnectionOptions),
      connectionTimeout: timeouts.connection,
      greetingTimeout: timeouts.greeting,
      socketTimeout: timeouts.silence,
      socketCloseTimeout: 2_000,
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
