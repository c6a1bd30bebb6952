import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { statusOf, type ReplyKind } from '@aftercare/notifications';
import { ProblemError } from '../../platform/http/problem.js';
import type { Evidence } from './evidence.types.js';

/** What a provider posted, to the byte, for it is signed to the byte. */
export interface WebhookRequest {
  body: Buffer;
  headers: IncomingHttpHeaders;
  now: Date;
}

/** A mail provider whose events are taken. */
export interface WebhookProvider {
  /** The last part of its address, and the source of its evidence. */
  readonly name: string;
  readonly isConfigured: boolean;
  /** Checks who sent it, and reads it. @throws ProblemError `bad_signature`, `too_old`, `bad_body` */
  read(request: WebhookRequest): Promise<Evidence[]>;
}

/**
 * How old a signature may be. Providers try again for hours when we are away, some under the signature of the first
 * time, and what comes twice is taken once: so this bounds how long a stolen one is of use, and no more.
 */
const oldestHours = 24;
const aheadMinutes = 15;

/** @throws ProblemError `too_old` */
export function refuseOld(at: Date, now: Date): void {
  const age = now.getTime() - at.getTime();
  if (!(age <= oldestHours * 3_600_000 && age >= -aheadMinutes * 60_000)) {
    throw new ProblemError('too_old', 403, 'The signature is from another time.');
  }
}

export function badSignature(): ProblemError {
  return new ProblemError('bad_signature', 403, 'The signature does not verify.');
}

/** Compares two secrets in a time that tells nothing of either. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** A JSON value from outside, of which nothing is known. */
export type Json = Record<string, unknown>;

/** @throws ProblemError `bad_body` */
export function parseJson(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ProblemError('bad_body', 400, 'The body is not JSON.');
  }
}

/** The object that a value is, or an empty one. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The time that a value names, in ISO form or in seconds since 1970; `otherwise` when it names none. */
export function timeOf(value: unknown, otherwise: Date): Date {
  const at = typeof value === 'number' ? new Date(value * 1000) : new Date(textOf(value) ?? NaN);
  return Number.isNaN(at.getTime()) ? otherwise : at;
}

/** What an event says failed or is late, by the one classifier; `otherwise` where it leaves that open. */
export function failure(
  action: 'failed' | 'delayed',
  {
    status,
    diagnostic,
    otherwise,
  }: { status: unknown; diagnostic: unknown; otherwise?: ReplyKind | undefined },
): Pick<Evidence, 'kind' | 'status' | 'verdict' | 'excerpt'> {
  const read = statusOf(action, null, textOf(status), textOf(diagnostic)?.replace(/^smtp; */i, '') ?? null);
  const kind = read.verdict.kind === 'other' ? (otherwise ?? 'other') : read.verdict.kind;
  return {
    kind: action === 'failed' ? 'bounced' : 'delayed',
    status: read.status,
    verdict: { ...read.verdict, kind },
    excerpt: read.diagnostic,
  };
}
