import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether a request for metrics is from this machine or, where there is a token, brings it. */
export function mayScrape(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return /^(::1|(::ffff:)?127\.)/.test(request.socket.remoteAddress ?? '');
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
