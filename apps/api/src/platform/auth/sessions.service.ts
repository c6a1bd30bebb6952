import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from '../clock/clock.js';
import { Config } from '../config/config.js';
import type { Member, StaffUser } from './access.decorator.js';
import { MemberSessionsRepository } from './member-sessions.repository.js';
import { StaffSessionsService } from './staff-sessions.service.js';

const memberDays = 14;
const tokenBytes = 32;

/**
 * Who has signed in with a request.
 *
 * The staff's sessions are better-auth's. Members have a small table of their own: better-auth knows a person
 * by an e-mail address that nobody shares, while families share addresses here and the customer is the
 * identity. A member's cookie holds a random token, the table only its hash.
 */
@Injectable()
export class SessionsService {
  private readonly cookie: { name: string; secure: boolean };

  constructor(
    private readonly members: MemberSessionsRepository,
    private readonly staff: StaffSessionsService,
    private readonly clock: Clock,
    config: Config,
  ) {
    const secure = config.publicUrl.startsWith('https:');
    // The prefix makes browsers refuse the cookie from any other host or over plain HTTP.
    this.cookie = { name: secure ? '__Host-aftercare-member' : 'aftercare-member', secure };
  }

  async findMember(request: Request): Promise<Member | null> {
    const token = readCookie(request, this.cookie.name);
    if (token === null) return null;
    const customerId = await this.members.findCustomerId(hashOf(token), this.now());
    return customerId === null ? null : { kind: 'member', customerId };
  }

  findStaff(request: Request): Promise<StaffUser | null> {
    return this.staff.find(request);
  }

  /** Starts a member's session in place of the one that `request` came with, and gives the browser its cookie. */
  async beginMember(customerId: string, request: Request, response: Response): Promise<void> {
    await this.forget(request);
    const token = randomBytes(tokenBytes).toString('base64url');
    const maxAge = memberDays * 24 * 60 * 60 * 1000;
    const now = this.now();
    await this.members.insert(hashOf(token), customerId, now, new Date(now.getTime() + maxAge));
    response.cookie(this.cookie.name, token, { ...this.cookieAttributes(), maxAge });
  }

  /** Ends the member's session of this request, if there is one, on our side and in the browser. */
  async endMember(request: Request, response: Response): Promise<void> {
    await this.forget(request);
    response.clearCookie(this.cookie.name, this.cookieAttributes());
  }

  private async forget(request: Request): Promise<void> {
    const token = readCookie(request, this.cookie.name);
    if (token !== null) await this.members.remove(hashOf(token));
  }

  private cookieAttributes() {
    return { httpOnly: true, sameSite: 'lax', secure: this.cookie.secure, path: '/' } as const;
  }

  private now(): Date {
    return new Date(this.clock.now().epochMilliseconds);
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Our tokens need no decoding: they are base64url. */
function readCookie(request: Request, name: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return null;
}
