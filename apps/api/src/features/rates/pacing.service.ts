import { Injectable } from '@nestjs/common';
import type { ReplyClass } from '@aftercare/notifications';
import { Moments } from './moments.js';
import { domainOf, rateOfDomain, type RatesInForce } from './rates.types.js';
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

/** Domains whose moments are kept in memory. */
const mostDomains = 5_000;

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
    await (this.reading ??= this.look().finally(() => (this.reading = null)));
  }

  /** Whether a message has to ask for a turn: an installation without limits has none to give. */
  get isLimited(): boolean {
    this.lookAgain();
    const { total, identity, warmUp } = this.rates ?? {};
    return (total ?? identity?.perSecond ?? warmUp ?? null) !== null;
  }

  /** Whether a turn would have to be waited for. */
  get mustWait(): boolean {
    return this.identity.mustWait || this.total.mustWait;
  }

  /** Whether mail to an address has a rate of its domain's own: then it asks for a {@link domainTurn} first. */
  isSlow(address: string): boolean {
    if (this.rates === null || this.rates.domains.size === 0) return false;
    return rateOfDomain(this.rates, domainOf(address)) !== null;
  }

  /** What keeps mail to an address from going now, as far as is known without asking anybody; null: nothing. */
  held(address: string): Held | null {
    if (this.backoffs.size > 0) {
      const left = (this.backoffs.get(domainOf(address)) ?? 0) - performance.now();
      if (left > 0) return { reason: 'domain_backoff', retryAfter: left / 1000 };
    }
    const seconds = this.places.usedUpForSeconds;
    return seconds > 0 ? { reason: 'warm_up', retryAfter: seconds } : null;
  }

  /**
   * Waits for a moment of the domain's own rate. Other domains' messages need not wait for it: see {@link isSlow}.
   * @returns null when it has come or `stop` fired; otherwise the message goes back to the ledger
   */
  async domainTurn(address: string, stop: AbortSignal): Promise<Held | null> {
    const domain = domainOf(address);
    const rate = this.rates ? rateOfDomain(this.rates, domain) : null;
    if (rate === null) return null;
    let moments = this.domains.get(domain);
    if (!moments) {
      moments = new Moments(
        (count, perSecond) => this.reservations.reserve(`domain:${domain}`, count, perSecond, patienceMs),
        rate,
      );
      // Whoever waits has theirs in hand.
      if (this.domains.size >= mostDomains) this.domains.clear();
      this.domains.set(domain, moments);
    }
    const tooFarMs = await moments.turn(stop);
    return tooFarMs === null ? null : { reason: 'rate_limited', retryAfter: tooFarMs / 1000 };
  }

  /**
   * Waits for the moment at which the next message may go, and takes one of the day's places where a warm-up counts.
   * @returns `taken`, and then it is used or given back; `stopped`: `stop` fired first; or why there is none
   */
  async turn(stop: AbortSignal): Promise<'taken' | 'stopped' | Held> {
    if (!(await this.places.take())) return { reason: 'warm_up', retryAfter: this.places.usedUpForSeconds };
    await this.identity.turn(stop);
    await this.total.turn(stop);
    if (!stop.aborted) return 'taken';
    this.places.giveBack();
    return 'stopped';
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

  /** A message was taken: whatever its domain refused before is over. */
  accepted(address: string): void {
    if (this.refusals.size === 0 && this.backoffs.size === 0) return;
    const domain = domainOf(address);
    this.refusals.delete(domain);
    if (!this.backoffs.delete(domain)) return;
    void this.reservations.endBackoff(domain).catch(() => undefined);
  }

  /**
   * A message was refused. Its domain is left alone for a while where it says that we write too fast, and where it
   * takes nothing of several messages in a row.
   */
  async refused(address: string, { kind }: ReplyClass, reply: { code: number; text: string }): Promise<void> {
    const domain = domainOf(address);
    if (kind !== 'rate_limited' && reply.code !== 421) {
      if (kind !== 'temporary' && kind !== 'blocked') return;
      const inRow = (this.refusals.get(domain) ?? 0) + 1;
      this.refusals.set(domain, inRow);
      if (inRow < refusalsInRow) return;
    }
    this.refusals.delete(domain);
    // What the mail server said is on its way to the ledger, and must not be held up by a database that is away.
    const seconds = await this.reservations.backOff(domain, reply.text.slice(0, 500)).catch(() => 60);
    this.backoffs.set(domain, performance.now() + seconds * 1000);
  }

  private lookAgain(): void {
    if (performance.now() - this.readAt < freshMs) return;
    // Whoever is sending goes on by what was known; a database that is away is met elsewhere.
    this.refresh().catch(() => undefined);
  }

  /** Looks at what holds now. */
  async look(): Promise<void> {
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
