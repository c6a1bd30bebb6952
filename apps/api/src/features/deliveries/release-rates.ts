import { domainOf, rateOfDomain, type RatesInForce } from '../rates/rates.types.js';
import type { GoingRow, HeldBack } from './release-plan.js';

/** Mail to a domain that is released at a time: enough for its rate not to run dry, too little to fill the queue. */
const aheadSeconds = 10;

/** Letters that find out whether a domain takes mail again. */
const trialLetters = 2;
/** So long the others wait for what those find out. */
const trialSeconds = 30;

const emailsOf = (rows: readonly GoingRow[]) => rows.filter(({ channel }) => channel === 'email');

/** Rows that wait for their domain's rate, in the order in which they are to go. */
export interface Waiting {
  domain: string;
  perSecond: number;
  /** Marketing, which lets what is sent to everybody else go first. */
  late: boolean;
  rows: GoingRow[];
}

/** What becomes of rows by the rates in force. Those in no list are asked about again at the next release. */
export interface ByRate {
  going: GoingRow[];
  held: HeldBack[];
  waiting: Waiting[];
}

/**
 * Leaves out what could not be handed over within moments: letters to domains that take nothing for now or no more for
 * now, and those for which the day of a warm-up has no place. So the queue is not filled by what stands in it.
 *
 * @param rows in the order in which they have a claim to places
 * @param released letters that are released and not settled, by domain
 * @param room letters that may be released now
 */
export function sortByRate(
  rows: readonly GoingRow[],
  rates: RatesInForce,
  released: ReadonlyMap<string, number>,
  room: number,
): ByRate {
  const sorted: ByRate = { going: rows.filter(({ channel }) => channel !== 'email'), held: [], waiting: [] };
  const places = placesOf(
    rates,
    [...released.values()].reduce((sum, each) => sum + each, 0),
  );
  const under = new Map(released);
  const queues = new Map<string, Waiting>();
  let given = 0;
  for (const letter of Map.groupBy(emailsOf(rows), (row) => row.letter).values()) {
    const domain = domainOf(letter[0]!.address ?? '');
    const count = under.get(domain) ?? 0;
    const backoff = rates.backoffs.get(domain);
    const perSecond = rateOfDomain(rates, domain);
    if (places.usedUp) {
      sorted.held.push(...hold(letter, 'warm_up', rates.now, places.secondsLeft));
    } else if (backoff && (backoff.waitSeconds > 0 || count >= trialLetters)) {
      const seconds = backoff.waitSeconds > 0 ? backoff.waitSeconds : trialSeconds;
      sorted.held.push(...hold(letter, 'domain_backoff', rates.now, seconds));
    } else if (perSecond !== null && count >= Math.max(1, Math.ceil(perSecond * aheadSeconds))) {
      const late = letter.every((row) => row.class === 'marketing');
      const key = `${late ? 'late' : 'early'} ${domain}`;
      const queue = queues.get(key) ?? { domain, perSecond, late, rows: [] };
      queue.rows.push(...letter);
      queues.set(key, queue);
    } else if (given < Math.min(places.left, room)) {
      given += 1;
      under.set(domain, count + 1);
      sorted.going.push(...letter);
    }
  }
  sorted.waiting.push(...queues.values());
  return sorted;
}

/**
 * When rows that wait for their domain's rate are looked at again: a little before their turn.
 * @param firstInMs when the first of them has its turn
 */
export function holdForTurns({ rows, perSecond }: Waiting, now: Date, firstInMs: number): HeldBack[] {
  return rows.flatMap((row, index) =>
    hold([row], 'rate_limited', now, Math.max(1, firstInMs / 1000 + index / perSecond - aheadSeconds / 2)),
  );
}

function placesOf({ warmUp }: RatesInForce, released: number) {
  if (!warmUp) return { usedUp: false, secondsLeft: 0, left: Infinity };
  const { allowed, taken, secondsLeft } = warmUp;
  return { usedUp: taken >= allowed, secondsLeft, left: Math.max(0, allowed - taken - released) };
}

function hold(rows: readonly GoingRow[], reason: HeldBack['reason'], now: Date, seconds: number): HeldBack[] {
  const until = new Date(now.getTime() + Math.ceil(seconds * 1000));
  return rows.map(({ deliveryId, anchorDate }) => ({
    ...{ deliveryId, anchorDate, state: 'planned', reason, until, contactOn: null },
  }));
}
