import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail, type ThrottlerOptions } from '@nestjs/throttler';
import type { Request } from 'express';
import { ProblemError } from '../http/problem.js';

const window = 15 * 60 * 1000;

/**
 * How often one caller may try, and how often one address may be tried by anybody: the first slows a guesser
 * of addresses, the second a guesser of one person's password and a flood of sign-in mails to one person.
 */
export const signInLimits: ThrottlerOptions[] = [
  { name: 'caller', ttl: window, limit: 60, setHeaders: false },
  { name: 'address', ttl: window, limit: 10, setHeaders: false, getTracker: addressOf },
];

/** Refuses a sign-in that is tried too often, before anything is looked up. */
@Injectable()
export class SignInThrottle extends ThrottlerGuard {
  protected override throwThrottlingException(
    _: ExecutionContext,
    detail: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new ProblemError(
      'rate_limited',
      429,
      'That was tried too often. Wait a little and try again.',
      [],
      detail.timeToBlockExpire,
    );
  }
}

/** The body has not been checked yet: it may be anything. */
function addressOf(request: Record<string, unknown>): string {
  const body: unknown = (request as Partial<Request>).body;
  const email = (body as { email?: unknown } | null | undefined)?.email;
  return typeof email === 'string' ? email.trim().toLowerCase() : '';
}
