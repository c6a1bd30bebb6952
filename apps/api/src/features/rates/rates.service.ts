import { Injectable } from '@nestjs/common';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Config } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/tx.js';
import { Transactions } from '../../platform/database/transactions.js';
import { notFound } from '../../platform/http/problem.js';
import { senderOf } from '../../platform/mail/brand.js';
import { RatesRepository, type WarmUpToday } from './rates.repository.js';
import type { RatesStatus } from './rates.schemas.js';
import {
  domainOf,
  type AllowedDay,
  type RateLimit,
  type RateScope,
  type RatesInForce,
  type WarmUp,
} from './rates.types.js';
import { ReservationsRepository } from './reservations.repository.js';
import { allowedOn, daysAhead } from './warm-up.js';

/** How fast mail may go, and what holds it back just now. Every change is in the audit log. */
@Injectable()
export class RatesService {
  /** The domain that this installation sends from. */
  readonly identity: string;

  constructor(
    private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly repository: RatesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly audit: AuditService,
  ) {
    this.identity = domainOf(senderOf(config.mailFrom).address);
  }

  /** What holds back the mail of this installation's own sender. */
  async inForce(tx?: Tx): Promise<RatesInForce> {
    const { now, limits, warmUps, backoffs } = await this.repository.read(tx);
    const own = warmUps.find(({ identity }) => identity === this.identity);
    const allowed = own ? allowedOn(own, own.day) : null;
    return {
      now,
      total: this.totalOf(limits),
      identity: {
        name: this.identity,
        perSecond:
          limits.find(({ scope, name }) => scope === 'identity' && name === this.identity)?.perSecond ?? null,
      },
      domains: new Map(
        limits.filter(({ scope }) => scope === 'domain').map(({ name, perSecond }) => [name, perSecond]),
      ),
      warmUp: own && allowed !== null ? { ...own, allowed } : null,
      backoffs: new Map(
        backoffs.map((each) => [
          each.domain,
          { ...each, since: new Date(each.since), until: new Date(each.until) },
        ]),
      ),
    };
  }

  /** What the warm-up in force lets go today and on each day to come; null where there is none. */
  daysAhead({ warmUp }: RatesInForce, nowMs: number): AllowedDay[] | null {
    return warmUp && daysAhead(warmUp, nowMs);
  }

  /** All limits, warm-ups and back-offs, for whoever looks. */
  async status(): Promise<RatesStatus> {
    const { limits, warmUps, backoffs } = await this.repository.read();
    return {
      total: this.totalOf(limits),
      identity: this.identity,
      limits,
      warmUps: warmUps.map(withAllowed),
      backoffs: backoffs.map((each) => ({
        ...each,
        since: new Date(each.since).toISOString(),
        until: new Date(each.until).toISOString(),
        waitSeconds: Math.ceil(each.waitSeconds),
      })),
    };
  }

  /**
   * Gives turns to messages that wait for their domain's rate out of the queue.
   * @returns in how many milliseconds the first of so many has its turn; the others follow at the domain's rate
   */
  async queueUp(domain: string, late: boolean, count: number, perSecond: number): Promise<number> {
    const queue = `release:${late ? 'late' : 'early'}:${domain}`;
    return (await this.reservations.reserve(queue, count, perSecond)).inMs;
  }

  /** Forgets scopes and back-offs that are long over. */
  tidy(): Promise<void> {
    return this.repository.tidy();
  }

  /** Chooses a limit. It holds within seconds, for all workers. */
  async setLimit({ scope, name, perSecond }: RateLimit, actor: string): Promise<void> {
    await this.changeLimit(scope, name, perSecond, actor);
  }

  /**
   * Takes a limit away. Without a total of its own an installation keeps to MAIL_RATE_PER_SECOND.
   * @throws ProblemError `not_found`
   */
  async deleteLimit(scope: RateScope, name: string, actor: string): Promise<void> {
    if (!(await this.changeLimit(scope, name, null, actor))) throw notFound('limit');
  }

  /** Begins a warm-up, or changes one: what has gone out today counts. */
  async setWarmUp(warmUp: WarmUp, actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const before = await this.repository.holdWarmUp(tx, warmUp.identity);
      if (before && JSON.stringify(before) === JSON.stringify(inOrder(warmUp))) return;
      await this.repository.setWarmUp(tx, warmUp);
      const detail = { before, after: warmUp };
      await this.audit.record(tx, { actor, action: 'warm_up.set', subject: warmUp.identity, detail });
    });
  }

  /** Ends a warm-up: no daily limit any more. @throws ProblemError `not_found` */
  async deleteWarmUp(identity: string, actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const before = await this.repository.holdWarmUp(tx, identity);
      if (!before) throw notFound('warm-up');
      await this.repository.deleteWarmUp(tx, identity);
      await this.audit.record(tx, { actor, action: 'warm_up.ended', subject: identity, detail: { before } });
    });
  }

  /** Has a domain tried again now, for somebody who knows that it takes mail. @throws ProblemError `not_found` */
  async endBackoff(domain: string, actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.endBackoff(tx, domain))) throw notFound('domain that is left alone');
      await this.audit.record(tx, { actor, action: 'domain_backoff.ended', subject: domain, detail: {} });
    });
  }

  private totalOf(limits: readonly RateLimit[]): RatesInForce['total'] {
    const chosen = limits.find(({ scope }) => scope === 'total');
    if (chosen) return { perSecond: chosen.perSecond, chosen: true };
    const { mailRatePerSecond } = this.config;
    return mailRatePerSecond > 0 ? { perSecond: mailRatePerSecond, chosen: false } : null;
  }

  /** False when there was nothing to take away. */
  private changeLimit(
    scope: RateScope,
    name: string,
    perSecond: number | null,
    actor: string,
  ): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      const held = await this.repository.holdLimits(tx);
      const before = held.find((each) => each.scope === scope && each.name === name)?.perSecond ?? null;
      if (before === null && perSecond === null) return false;
      if (before === perSecond) return true;
      await this.repository.setLimit(tx, scope, name, perSecond);
      const subject = name === '' ? scope : `${scope} ${name}`;
      await this.audit.record(tx, {
        actor,
        action: 'rate.changed',
        subject,
        detail: { before, after: perSecond },
      });
      return true;
    });
  }
}

function withAllowed({ secondsLeft: _, ...warmUp }: WarmUpToday) {
  return { ...warmUp, allowed: allowedOn(warmUp, warmUp.day) };
}

function inOrder({ identity, startsOn, firstDay, factor, upTo }: WarmUp): WarmUp {
  return { identity, startsOn, firstDay, factor, upTo };
}
