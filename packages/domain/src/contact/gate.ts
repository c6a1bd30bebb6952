import { Temporal } from 'temporal-polyfill';
import type { Channel } from '../campaigns/step.js';
import type { ContactClass } from './classes.js';
import { mayContact, type ConsentState } from './consent.js';
import { contactTime, instantOn, lastContactDay, type ContactTiming } from './contact-time.js';
import { localDay, localTime } from '../time/local-day.js';
import { isEmailAddress } from './email-address.js';
import type { GateReason } from './gate-reasons.js';
import { isDayFree, nextFreeDay, type ContactCap } from './places.js';

/** The place that a message was given, and what else takes places of the same person and address. */
export interface ContactPlace {
  readonly cap: ContactCap;
  /** The civil day and the address (lower-cased; null where it goes to none) that the place is for. */
  readonly day: string;
  readonly address: string | null;
  /** The days of the other contacts that count, of the person and of the address. */
  readonly personDays: readonly string[];
  readonly addressDays: readonly string[];
}

/** Everything the gate asks about one ledger row, read again at the moment of sending. */
export interface GateFacts {
  readonly class: ContactClass;
  readonly topic: string;
  readonly channel: Channel;
  /** Somebody has stopped all sending. */
  readonly sendingStopped: boolean;
  /** The end of the row's catch-up window. */
  readonly expiresAt: Temporal.Instant;
  /** The customer has died: a death was reported, or a policy of theirs has the status claim_death. */
  readonly isDeceased: boolean;
  readonly address: string | null;
  /** The address must not be written to: it bounced hard or complained. Legal notices go all the same. */
  readonly addressSuppressed: boolean;
  /** The row's policy is in the book; true where the subject is a customer. */
  readonly policyFound: boolean;
  /** The subject still makes the audience rule true. */
  readonly inAudience: boolean;
  /** The row hangs on a date of its term (renewal, end), and a later term exists. */
  readonly renewed: boolean;
  /** The row hangs on an unpaid instalment or on grace, and nothing is owed any more. */
  readonly settled: boolean;
  /** The date that the row hangs on is no longer the date it was planned from. */
  readonly dateChanged: boolean;
  /** The campaign's exit rule is true of the subject. */
  readonly exitRuleMet: boolean;
  /** The policy is flagged do-not-renew; false where the subject is a customer. */
  readonly doNotRenew: boolean;
  /** The row speaks of renewal: its campaign hangs on the renewal date. */
  readonly aboutRenewal: boolean;
  /** A later step of the same campaign, subject and anchor is due as well. */
  readonly superseded: boolean;
  readonly hasOpenComplaint: boolean;
  /** Flagged by the event vulnerability_flagged, and not cleared since. */
  readonly isVulnerable: boolean;
  /** The event litigation_opened, and no litigation_closed since. */
  readonly inLitigation: boolean;
  /** A task about them is open: somebody of the staff is dealing with them. */
  readonly inTouchWithStaff: boolean;
  readonly consent: ConsentState;
  /** Null: not known. */
  readonly timing: ContactTiming | null;
  /** Null: not known. Asked of marketing alone. */
  readonly place: ContactPlace | null;
}

/**
 * `deferred`: not now, but at `until`, which is on the customer's civil day `contactOn`. The row stays open.
 */
export type GateDecision =
  | { readonly allow: true }
  | { readonly allow: false; readonly state: 'suppressed' | 'expired'; readonly reason: GateReason }
  | {
      readonly allow: false;
      readonly state: 'deferred';
      readonly reason: GateReason;
      readonly until: Temporal.Instant;
      readonly contactOn: string;
    };

type Objection = Exclude<GateDecision, { allow: true }>;

interface Check {
  /** Facts that the check reads. One that is missing closes the gate. */
  readonly needs: readonly (keyof GateFacts)[];
  readonly appliesTo?: readonly ContactClass[];
  readonly onlyBy?: Channel;
  readonly objects: (facts: GateFacts, now: Temporal.Instant) => Objection | null;
}

const flag = (fact: keyof GateFacts, reason: GateReason, appliesTo?: readonly ContactClass[]): Check => ({
  needs: [fact],
  ...(appliesTo === undefined ? {} : { appliesTo }),
  objects: (facts) => (facts[fact] === true ? closed(reason) : null),
});

const notLegal: readonly ContactClass[] = ['service', 'marketing'];
const marketing: readonly ContactClass[] = ['marketing'];

/**
 * The checks, in the order in which their reasons are told. First what makes the row void for anybody, then the
 * address, then whether the message is still true, then whether the customer wants it, then whether it may go now.
 */
const checks: readonly Check[] = [
  {
    needs: ['expiresAt'],
    objects: ({ expiresAt }, now) =>
      Temporal.Instant.compare(now, expiresAt) > 0 ? closed('missed_window') : null,
  },
  {
    needs: ['sendingStopped'],
    objects: ({ sendingStopped, timing }, now) =>
      sendingStopped ? deferred('sending_stopped', now, timing?.zone ?? 'UTC') : null,
  },
  flag('isDeceased', 'deceased'),
  {
    needs: ['address'],
    onlyBy: 'email',
    objects: ({ address }) => {
      if (address === null || address === '') return closed('no_address');
      return isEmailAddress(address) ? null : closed('bad_address');
    },
  },
  { ...flag('addressSuppressed', 'address_suppressed', notLegal), onlyBy: 'email' },
  {
    needs: ['policyFound'],
    objects: ({ policyFound }) => (policyFound ? null : closed('policy_missing')),
  },
  // Why it left is told before that it left: a renewed policy has mostly left the audience as well.
  flag('renewed', 'renewed'),
  flag('settled', 'settled'),
  flag('dateChanged', 'date_changed'),
  flag('exitRuleMet', 'exit_rule'),
  {
    // A legal notice may be the very one that says that the policy will not be renewed.
    needs: ['doNotRenew', 'aboutRenewal'],
    appliesTo: notLegal,
    objects: ({ class: contactClass, doNotRenew, aboutRenewal }) =>
      doNotRenew && (aboutRenewal || contactClass === 'marketing') ? closed('do_not_renew') : null,
  },
  flag('inLitigation', 'litigation', notLegal),
  { needs: ['inAudience'], objects: ({ inAudience }) => (inAudience ? null : closed('left_audience')) },
  flag('superseded', 'superseded'),
  flag('hasOpenComplaint', 'open_complaint', marketing),
  flag('isVulnerable', 'vulnerable', marketing),
  flag('inTouchWithStaff', 'in_touch_with_staff', marketing),
  {
    needs: ['consent', 'topic'],
    appliesTo: notLegal,
    objects: ({ class: contactClass, topic, consent }) => {
      const decision = mayContact(contactClass, topic, consent);
      return decision.allow ? null : closed(decision.reason);
    },
  },
  { needs: ['timing'], appliesTo: notLegal, objects: objectionOfTime },
  { needs: ['timing', 'place'], appliesTo: marketing, objects: objectionOfPlace },
];

/** Reasons that end a row as expired: its time is over. All others suppress it. */
const expiring: ReadonlySet<GateReason> = new Set<GateReason>([
  'missed_window',
  'superseded',
  'quiet_hours',
  'no_contact_day',
]);

/**
 * The only door to a customer: whether a message may go out now, and if not, how its row goes on and why. The first
 * check that objects gives the reason. It fails closed: a fact that is needed and not there (undefined, or null
 * where null means nothing) suppresses the message with `facts_missing`. What would have to wait until after the
 * end of its window ends at once.
 */
export function contactGate(facts: GateFacts, now: Temporal.Instant): GateDecision {
  if (isMissing(facts, 'class') || isMissing(facts, 'channel')) return closed('facts_missing');
  for (const { needs, appliesTo, onlyBy, objects } of checks) {
    if (appliesTo !== undefined && !appliesTo.includes(facts.class)) continue;
    if (onlyBy !== undefined && onlyBy !== facts.channel) continue;
    if (needs.some((fact) => isMissing(facts, fact))) return closed('facts_missing');
    const objection = objects(facts, now);
    if (objection !== null) return objection;
  }
  return { allow: true };
}

function isMissing(facts: Partial<GateFacts>, fact: keyof GateFacts): boolean {
  const value = facts[fact];
  return value === undefined || (value === null && fact !== 'address');
}

function closed(reason: GateReason): Objection {
  return { allow: false, state: expiring.has(reason) ? 'expired' : 'suppressed', reason };
}

function deferred(reason: GateReason, until: Temporal.Instant, zone: string): Objection {
  return { allow: false, state: 'deferred', reason, until, contactOn: localDay(until, zone) };
}

function objectionOfTime(facts: GateFacts, now: Temporal.Instant): Objection | null {
  const decision = contactTime(facts, facts.timing!, now);
  if (decision.open) return null;
  const { reason, until } = decision;
  return until === null ? closed(reason) : deferred(reason, until, facts.timing!.zone);
}

/** Places are given at release; here the contacts are counted once more. */
function objectionOfPlace(
  { address, channel, timing, place }: GateFacts,
  now: Temporal.Instant,
): Objection | null {
  const { cap, day, personDays, addressDays } = place!;
  if (cap.contacts === 0) return null;
  const today = localTime(now, timing!.zone).day;
  const meantFor = channel === 'email' ? (address?.toLowerCase() ?? null) : null;
  if (day !== today || place!.address !== meantFor) return deferred('place_void', now, timing!.zone);
  const taken = [personDays, addressDays];
  if (taken.every((days) => isDayFree(days, today, cap))) return null;
  const window = { lastDay: lastContactDay(timing!), closedDays: timing!.closedDays };
  const free = nextFreeDay(taken, today, window, cap);
  const until = free === null ? null : instantOn(free, timing!);
  return until === null ? closed('frequency_cap') : deferred('frequency_cap', until, timing!.zone);
}
