import { Injectable } from '@nestjs/common';
import type { ReplyClass } from '@aftercare/notifications';
import { Moments } from './moments.js';
import { rateOfDomain, type RatesInForce } from './rates.types.js';
import { RatesService } from './rates.service.js';
import { ReservationsRepository } from './reservations.repository.js';
import { WarmUpPlaces } from './warm-up-places.js';

/** Why a message does not go now, and in how many seconds it may be asked about again. */
export interface Held {
  reason: 'rate_limited' | 'domain_backoff' | 'warm_up';
  retryAfter: number;
}

/** A worker looks again at what holds after so long. */
const freshMs = 2_000;

/** A message that would wait longer for its domain's turn goes back to the ledger. */
const patienceMs = 5_000;

/** So many refusals of a domain in a row, without one message taken in between, are the domain's and not the messages'. */
const refusalsInRow = 5;

/**
 * When messages may go: each asks here before it is handed over. What holds is kept in memory and looked at again every
 * two seconds, so an installation without limits pays nothing for a message.
 */
@Injectable()
export class PacingService {
  private rates: RatesInForce | null = null;
  private readAt = -Infinity;
  private reading: Promise<void> | null = null;
  private readonly total: Moments;
  private readonly identity: Moments;
  private readonly domains = new Map<string, Moments>();
  private readonly backoffs = new Map<string, number>();
  private readonly refusals = new Map<string, number>();
  private readonly places: WarmUpPlaces;

  constructor(
    private readonly service: RatesService,
    private readonly reservations: ReservationsRepository,
  ) {
    const moments = (scope: string) =>
      new Moments((count, perSecond) => reservations.reserve(scope, count, perSecond), null);
    this.total = moments('total');
    this.identity = moments(`identity:${service.identity}`);
    this.places = new WarmUpPlaces(reservations);
  }

  /** Looks at what holds, unless that was done a moment ago. A run begins with it. */
  async refresh(): Promise<void> {
    if (performance.now() - this.readAt < freshMs / 2) return;
    await (this.reading ??= this.read().finally(() => (this.reading = null)));
  }

  /** Whether a message has to ask for a turn: an installation without limits has none to give. */
  get isLimited(): boolean {
    this.lookAgain();
    const { total, identity, warmUp } = this.rates ?? {};
    return (total ?? identity?.perSecond ?? warmUp ?? null) !== null;
  }

  /** Whether mail to a domain has a rate of its own: then its message asks for {@link domainTurn} first. */
  isSlow(domain: string): boolean {
    return this.rates !== null && this.rates.domains.size > 0 && rateOfDomain(this.rates, domain) !== null;
  }

  /** What keeps mail to a domain from going now, as far as is known without asking anybody; null: nothing. */
  held(domain: string): Held | null {
    if (this.backoffs.size > 0) {
      const until = this.backoffs.get(domain) ?? 0;
      const left = until - performance.now();
      if (left > 0) return { reason: 'domain_backoff', retryAfter: left / 1000 };
    }
    const seconds = this.places.usedUpForSeconds;
    return seconds > 0 ? { reason: 'warm_up', retryAfter: seconds } : null;
  }

  /**
   * Waits for a moment of a domain's own rate. Other domains' messages need not wait for it: see {@link isSlow}.
   * @returns null when it has come or `stop` fired; otherwise the message goes back to the ledger
   */
  async domainTurn(domain: string, stop: AbortSignal): Promise<Held | null> {
    const rate = this.rates ? rateOfDomain(this.rates, domain) : null;
    if (rate === null) return null;
    let moments = this.domains.get(domain);
    if (!moments) {
      moments = new Moments(
        (count, perSecond) => this.reservations.reserve(`domain:${domain}`, count, perSecond, patienceMs),
        rate,
      );
      this.domains.set(domain, moments);
    }
    const tooFarMs = await moments.turn(stop);
    return tooFarMs === null ? null : { reason: 'rate_limited', retryAfter: tooFarMs / 1000 };
  }

  /**
   * Waits for the moment at which the next message may go, and takes one of the day's places where a warm-up counts.
   * @returns null when it may go or `stop` fired; otherwise it goes back to the ledger
   */
  async turn(stop: AbortSignal): Promise<Held | null> {
    if (!(await this.places.take())) return { reason: 'warm_up', retryAfter: this.places.usedUpForSeconds };
    await this.identity.turn(stop);
    await this.total.turn(stop);
    if (stop.aborted) this.places.giveBack();
    return null;
  }

  /** A turn was taken and no message came of it. */
  giveBack(): void {
    this.identity.giveBack();
    this.total.giveBack();
    this.places.giveBack();
  }

  /** No mail server took the message at all: the day's place is free for another. */
  returnPlace(): void {
    this.places.giveBack();
  }

  /** A domain has taken a message: whatever it refused before is over. */
  accepted(domain: string): void {
    if (this.refusals.size > 0) this.refusals.delete(domain);
    if (this.rates === null || !(this.backoffs.has(domain) || this.rates.backoffs.has(domain))) return;
    this.backoffs.delete(domain);
    this.rates.backoffs.delete(domain);
    void this.reservations.endBackoff(domain).catch(() => undefined);
  }

  /**
   * A domain has refused a message. It is left alone for a while where it says that we write too fast, and where it
   * takes nothing of several messages in a row.
   */
  async refused(domain: string, { kind }: ReplyClass, reply: { code: number; text: string }): Promise<void> {
    const tooFast = kind === 'rate_limited' || reply.code === 421;
    if (!tooFast) {
      if (kind !== 'temporary' && kind !== 'blocked') return;
      const inRow = (this.refusals.get(domain) ?? 0) + 1;
      this.refusals.set(domain, inRow);
      if (inRow < refusalsInRow) return;
    }
    this.refusals.delete(domain);
    const seconds = await this.reservations.backOff(domain, reply.text.slice(0, 500));
    this.backoffs.set(domain, performance.now() + seconds * 1000);
  }

  private lookAgain(): void {
    if (performance.now() - this.readAt < freshMs) return;
    // Whoever is sending goes on by what was known; a database that is away is met elsewhere.
    this.refresh().catch(() => undefined);
  }

  private async read(): Promise<void> {
    const rates = await this.service.inForce();
    this.readAt = performance.now();
    this.rates = rates;
    this.total.change(rates.total?.perSecond ?? null);
    this.identity.change(rates.identity.perSecond);
    for (const [domain, moments] of this.domains) moments.change(rateOfDomain(rates, domain));
    this.places.change(rates.warmUp);
    this.backoffs.clear();
    for (const { domain, waitSeconds } of rates.backoffs.values()) {
      this.backoffs.set(domain, this.readAt + waitSeconds * 1000);
    }
  }
}
