import { randomUUID } from 'node:crypto';
import {
  contactTime,
  instantOn,
  lastContactDay,
  placeContacts,
  type Channel,
  type ContactClass,
  type ContactTiming,
  type PlaceCandidate,
  type TakenPlace,
} from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { plannedLetter } from './counted-contacts.js';
import { dayZone } from './customer-day.js';
import { hoursIn } from './gate-facts.js';
import { instantOf } from './instants.js';
import type { ContactLimits, NoContactDay } from './limits.repository.js';

/** A row of the ledger that is due, and what decides whether it may go now. */
export interface DueRow {
  deliveryId: string;
  anchorDate: string;
  campaignId: string;
  campaignVersion: number;
  step: string;
  class: ContactClass;
  channel: Channel;
  priority: number;
  dueAt: Date;
  expiresAt: Date;
  customerId: string;
  /** Lower-cased; null where the row goes to no address, or the customer has none. */
  address: string | null;
  customerZone: string | null;
  policyZone: string | null;
  region: string | null;
  mergeBy: 'customer' | 'address' | null;
}

/** A row that may go, on a civil day of its customer's. */
export interface GoingRow extends DueRow {
  contactOn: string;
  letter: string;
}

/** What becomes of a row that may not go now. */
export interface HeldBack {
  deliveryId: string;
  anchorDate: string;
  state: 'planned' | 'suppressed' | 'expired';
  reason: 'quiet_hours' | 'no_contact_day' | 'frequency_cap' | 'rate_limited' | 'domain_backoff' | 'warm_up';
  /** When it may go, and on which civil day of its customer's; null for a row that ends. */
  until: Date | null;
  contactOn: string | null;
}

/** What a release knows beside its rows. */
export interface ReleaseRules {
  limits: ContactLimits;
  noContactDays: readonly NoContactDay[];
  asOf: Temporal.Instant;
}

/** Sorts out the rows that may not go at this hour or on this day. */
export function sortByTime(
  rows: readonly DueRow[],
  rules: ReleaseRules,
): { going: GoingRow[]; held: HeldBack[] } {
  const going: GoingRow[] = [];
  const held: HeldBack[] = [];
  const timingOf = timings(rules);
  for (const row of rows) {
    const decision = contactTime(row, timingOf(row), rules.asOf);
    if (decision.open) {
      const { today } = decision;
      going.push({ ...row, contactOn: today, letter: plannedLetter(row, row.mergeBy, today, row.address) });
    } else {
      const { reason, until, contactOn } = decision;
      held.push(heldBack(row, reason, 'expired', until, contactOn));
    }
  }
  return { going, held };
}

/**
 * Gives marketing its places. Rows that wait for a place which is only reserved are in neither list: they are asked
 * about again at the next release.
 */
export function sortByPlace(
  rows: readonly GoingRow[],
  history: readonly TakenPlace[],
  rules: ReleaseRules,
): { going: GoingRow[]; held: HeldBack[] } {
  const timingOf = timings(rules);
  const marketing = rows.filter(isLimited).map((row) => ({ row, timing: timingOf(row) }));
  const answers = placeContacts(
    marketing.map(({ row, timing }) => candidateOf(row, timing)),
    [...history, ...(rules.limits.capCountsService ? reservedByService(rows) : [])],
    rules.limits.cap,
  );
  const held = marketing.flatMap(({ row, timing }): HeldBack[] => {
    const answer = answers.get(row.deliveryId)!;
    if (answer.outcome === 'release' || answer.outcome === 'wait') return [];
    const until = answer.outcome === 'put_off' ? instantOn(answer.day, timing) : null;
    const contactOn = answer.outcome === 'put_off' ? answer.day : null;
    return [heldBack(row, 'frequency_cap', 'suppressed', until, contactOn)];
  });
  const going = rows.filter((row) => !isLimited(row) || answers.get(row.deliveryId)!.outcome === 'release');
  return { going, held };
}

export function isLimited(row: DueRow): boolean {
  return row.class === 'marketing';
}

/** A part of one campaign step's rows that are sent by one job. */
export interface Chunk {
  chunkId: string;
  class: ContactClass;
  priority: number;
  rows: GoingRow[];
}

/**
 * Puts rows into chunks of about `chunkRows`, one version and step of a campaign each. Rows that go as one letter stay
 * together.
 */
export function chunksOf(rows: readonly GoingRow[], chunkRows: number): Chunk[] {
  const steps = Map.groupBy(rows, (row) => [row.campaignId, row.campaignVersion, row.step].join(' '));
  return [...steps.values()].flatMap((ofStep) => {
    const chunks: Chunk[] = [];
    for (const letter of Map.groupBy(ofStep, (row) => row.letter).values()) {
      let chunk = chunks.at(-1);
      if (chunk === undefined || chunk.rows.length >= chunkRows) {
        const { class: contactClass, priority } = letter[0]!;
        chunk = { chunkId: randomUUID(), class: contactClass, priority, rows: [] };
        chunks.push(chunk);
      }
      chunk.rows.push(...letter);
    }
    return chunks;
  });
}

function candidateOf(row: GoingRow, timing: ContactTiming): PlaceCandidate {
  const { deliveryId, customerId, address, letter, contactOn, priority } = row;
  const { closedDays, dueAt } = timing;
  return {
    ...{ deliveryId, customerId, address, letter, contactOn, priority, closedDays, dueAt },
    lastDay: lastContactDay(timing),
  };
}

/** The service messages of this release: they go, and take their places first. */
function reservedByService(rows: readonly GoingRow[]): TakenPlace[] {
  return rows
    .filter((row) => row.class === 'service')
    .map(({ customerId, address, contactOn: day, letter }) => {
      return { customerId, address, day, letter, settled: false };
    });
}

function heldBack(
  { deliveryId, anchorDate }: DueRow,
  reason: HeldBack['reason'],
  ending: 'suppressed' | 'expired',
  until: Temporal.Instant | null,
  contactOn: string | null,
): HeldBack {
  if (until === null) return { deliveryId, anchorDate, state: ending, reason, until, contactOn: null };
  return {
    ...{ deliveryId, anchorDate, state: 'planned', reason, contactOn },
    until: new Date(until.epochMilliseconds),
  };
}

/** What says when a row may go. What depends on the region alone is worked out once for each. */
function timings({ limits, noContactDays, asOf }: ReleaseRules): (row: DueRow) => ContactTiming {
  const day = asOf.toZonedDateTimeISO('UTC').toPlainDate().toString();
  const byRegion = new Map<string | null, Pick<ContactTiming, 'hours' | 'closedDays'>>();
  const ofRegion = (region: string | null) => {
    const known = byRegion.get(region);
    if (known) return known;
    const closed = noContactDays.filter((each) => liesIn(region, each.region));
    const found = {
      hours: hoursIn(region, limits.hours, day),
      closedDays: new Set(closed.map((each) => each.day)),
    };
    byRegion.set(region, found);
    return found;
  };
  return ({ customerZone, policyZone, region, dueAt, expiresAt }) => ({
    ...ofRegion(region),
    zone: dayZone(customerZone, policyZone),
    dueAt: instantOf(dueAt),
    expiresAt: instantOf(expiresAt),
  });
}

/** US lies in *, US-CA in US. */
function liesIn(region: string | null, whole: string): boolean {
  return whole === '*' || `${region?.toUpperCase() ?? ''}-`.startsWith(`${whole}-`);
}
