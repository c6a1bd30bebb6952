import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Temporal } from 'temporal-polyfill';
import { fullName, maskedEmail } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { Transactions } from '../../platform/database/transactions.js';
import { ProblemError } from '../../platform/http/problem.js';
import { EventsService } from '../book/events.service.js';
import type { SignInLink } from './accounts.schemas.js';
import { SignInLinksRepository, type AddressOwner, type FoundLink } from './sign-in-links.repository.js';

export const linkMinutes = 20;
const tokenBytes = 32;

/** A link that has been made and not been sent yet. Only the mail knows its address. */
export interface NewLink {
  owner: AddressOwner;
  tokenHash: Buffer;
  url: string;
  expiresAt: Date;
}

/**
 * The links that members sign in with. A link is a random token, of which the database keeps the hash; it works
 * once, for twenty minutes, and only for as long as the address it went to is still the customer's.
 */
@Injectable()
export class SignInLinksService {
  constructor(
    private readonly repository: SignInLinksRepository,
    private readonly transactions: Transactions,
    private readonly events: EventsService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Makes one link for each of the customers. */
  async create(owners: readonly AddressOwner[], returnTo: string | null): Promise<NewLink[]> {
    const createdAt = this.now();
    const expiresAt = new Date(createdAt.getTime() + linkMinutes * 60_000);
    const links = owners.map((owner) => {
      const token = randomBytes(tokenBytes).toString('base64url');
      const url = `${this.config.publicUrl}/sign-in/confirm?token=${token}`;
      return { owner, tokenHash: hashOf(token), url, expiresAt };
    });
    const rows = links.map(({ owner: { customerId, address }, tokenHash }) => {
      return { tokenHash, customerId, address, returnTo, createdAt, expiresAt };
    });
    await this.transactions.run((tx) => this.repository.insert(tx, rows));
    return links;
  }

  async markSent(links: readonly NewLink[]): Promise<void> {
    await this.repository.markSent(
      links.map(({ tokenHash }) => tokenHash),
      this.now(),
    );
  }

  /**
   * Whom a link would sign in. Changes nothing, however often mail scanners open it.
   * @throws ProblemError `link_invalid`, `link_expired`, `link_used`.
   */
  async get(token: string): Promise<SignInLink> {
    const link = await this.getUsable(token);
    return {
      displayName: fullName(link) ?? link.customerId,
      maskedEmail: maskedEmail(link.address),
      returnTo: link.returnTo,
      expiresAt: link.expiresAt.toISOString(),
    };
  }

  /**
   * Uses a link up, and notes the visit among the customer's events.
   * @returns the customer whom it signs in.
   * @throws ProblemError `link_invalid`, `link_expired`, `link_used`.
   */
  async consume(token: string): Promise<string> {
    const { customerId } = await this.getUsable(token);
    const at = this.clock.now();
    await this.transactions.run(async (tx) => {
      // Of two that arrive at once only one gets in.
      if (!(await this.repository.consume(tx, hashOf(token), instantToDate(at)))) throw usedLink();
      await this.events.record(tx, { type: 'portal_login', customerId, policyId: null, at, data: null });
    });
    return customerId;
  }

  private async getUsable(token: string): Promise<FoundLink> {
    const link = await this.repository.find(hashOf(token));
    if (!link || link.addressNow?.toLowerCase() !== link.address.toLowerCase()) {
      throw new ProblemError(
        'link_invalid',
        404,
        'This link is not complete. Open it again from the message.',
      );
    }
    if (link.usedAt) throw usedLink();
    if (link.expiresAt <= this.now()) {
      throw new ProblemError('link_expired', 410, 'This link is too old. Ask for a new one.');
    }
    return link;
  }

  private now(): Date {
    return instantToDate(this.clock.now());
  }
}

function instantToDate(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}

function usedLink(): ProblemError {
  return new ProblemError('link_used', 410, 'This link has been used. Ask for a new one.');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
