import { domainToASCII } from 'node:url';

/** What a limit is about: all mail, the mail of one sending domain, the mail to one recipient domain. */
export type RateScope = 'total' | 'identity' | 'domain';

/** A limit that somebody has chosen. Total has no name; the domain `*` is every domain without a limit of its own. */
export interface RateLimit {
  scope: RateScope;
  name: string;
  perSecond: number;
}

/** The ramp of a sending domain that is new to its readers' providers. */
export interface WarmUp {
  identity: string;
  /** The first day, of UTC. */
  startsOn: string;
  /** Messages on the first day. */
  firstDay: number;
  /** Each day has so many times the messages of the day before. */
  factor: number;
  /** The ramp is over once a day would have as many. */
  upTo: number;
}

/** A recipient domain that takes nothing at present. */
export interface DomainBackoff {
  domain: string;
  /** What its server said last. */
  reply: string;
  since: Date;
  failures: number;
  until: Date;
  /** Seconds until then by the database's clock; 0 when it is tried again. */
  waitSeconds: number;
}

/** All that holds mail back, as of a moment. */
export interface RatesInForce {
  /** By the database's clock. */
  now: Date;
  /** Messages a second, and who says so; null: no limit. */
  total: { perSecond: number; chosen: boolean } | null;
  identity: { name: string; perSecond: number | null };
  domains: ReadonlyMap<string, number>;
  warmUp: (WarmUp & { day: string; secondsLeft: number; taken: number; allowed: number }) | null;
  backoffs: Map<string, DomainBackoff>;
}

/** How many messages a warm-up lets go from a moment on, until the next such moment. */
export interface AllowedDay {
  /** Milliseconds since the epoch. */
  fromMs: number;
  /** `Infinity` once the ramp is over. */
  allowed: number;
}

/** The part of an address that limits go by: lower-cased, as the domain name system has it. */
export function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domainToASCII(domain) || domain;
}

/** The limit of mail to a domain, in messages a second; null: none. */
export function rateOfDomain({ domains }: Pick<RatesInForce, 'domains'>, domain: string): number | null {
  return domains.get(domain) ?? domains.get('*') ?? null;
}
