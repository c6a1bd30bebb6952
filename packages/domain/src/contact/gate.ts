import { Temporal } from 'temporal-polyfill';
import type { ContactClass } from './classes.js';
import { mayContact, type ConsentState } from './consent.js';
import { isEmailAddress } from './email-address.js';

/** Everything the gate asks about one ledger row, read again at the moment of sending. */
export interface GateFacts {
  readonly class: ContactClass;
  readonly topic: string;
  /** The end of the row's catch-up window. */
  readonly expiresAt: Temporal.Instant;
  /** The customer has died: a policy of theirs has the status claim_death. */
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
  readonly consent: ConsentState;
}

/** Why the gate, or the planner before it, lets a message not go; each in words for the desk. */
export const gateReasons = {
  missed_window: 'Its time had passed before it could be sent.',
  superseded: 'A later step of the same campaign was due as well, and only the latest goes.',
  facts_missing: 'Something that must be known before writing to the customer could not be read.',
  deceased: 'The customer has died.',
  no_address: 'The customer has no e-mail address.',
  bad_address: "The customer's e-mail address is not an address.",
  address_suppressed: 'Mail to this address bounced or drew a complaint.',
  policy_missing: 'The policy is no longer in the book.',
  left_audience: 'The audience rule no longer holds.',
  renewed: 'The policy was renewed in the meantime.',
  settled: 'What was owed was paid in the meantime.',
  date_changed: 'The date that the message was planned from has changed.',
  exit_rule: 'The exit rule of the campaign was met.',
  do_not_renew: 'The policy is flagged not to be renewed.',
  open_complaint: 'The customer has an open complaint.',
  no_consent: 'The customer has not agreed to marketing.',
  unsubscribed: 'The customer has unsubscribed.',
} as const;
export type GateReason = keyof typeof gateReasons;

export type GateDecision =
  | { readonly allow: true }
  | { readonly allow: false; readonly state: 'suppressed' | 'expired'; readonly reason: GateReason };

interface Check {
  /** Facts that the check reads. One that is missing closes the gate. */
  readonly needs: readonly (keyof GateFacts)[];
  readonly appliesTo?: readonly ContactClass[];
  readonly blocks: (facts: GateFacts, now: Temporal.Instant) => GateReason | null;
}

const flag = (fact: keyof GateFacts, reason: GateReason, appliesTo?: readonly ContactClass[]): Check => ({
  needs: [fact],
  ...(appliesTo === undefined ? {} : { appliesTo }),
  blocks: (facts) => (facts[fact] === true ? reason : null),
});

/**
 * The checks, in the order in which their reasons are told. First what makes the row void for anybody, then the
 * address, then whether the message is still true, then whether the customer wants it.
 */
const checks: readonly Check[] = [
  {
    needs: ['expiresAt'],
    blocks: ({ expiresAt }, now) => (Temporal.Instant.compare(now, expiresAt) > 0 ? 'missed_window' : null),
  },
  flag('isDeceased', 'deceased'),
  {
    needs: ['address'],
    blocks: ({ address }) => {
      if (address === null || address === '') return 'no_address';
      return isEmailAddress(address) ? null : 'bad_address';
    },
  },
  flag('addressSuppressed', 'address_suppressed', ['service', 'marketing']),
  { needs: ['policyFound'], blocks: ({ policyFound }) => (policyFound ? null : 'policy_missing') },
  // Why it left is told before that it left: a renewed policy has mostly left the audience as well.
  flag('renewed', 'renewed'),
  flag('settled', 'settled'),
  flag('dateChanged', 'date_changed'),
  flag('exitRuleMet', 'exit_rule'),
  {
    // A legal notice may be the very one that says that the policy will not be renewed.
    needs: ['doNotRenew', 'aboutRenewal'],
    appliesTo: ['service', 'marketing'],
    blocks: ({ class: contactClass, doNotRenew, aboutRenewal }) =>
      doNotRenew && (aboutRenewal || contactClass === 'marketing') ? 'do_not_renew' : null,
  },
  { needs: ['inAudience'], blocks: ({ inAudience }) => (inAudience ? null : 'left_audience') },
  flag('superseded', 'superseded'),
  flag('hasOpenComplaint', 'open_complaint', ['marketing']),
  {
    needs: ['consent', 'topic'],
    appliesTo: ['service', 'marketing'],
    blocks: ({ class: contactClass, topic, consent }) => {
      const decision = mayContact(contactClass, topic, consent);
      return decision.allow ? null : decision.reason;
    },
  },
];

/** Reasons that end a row as expired: its time is over. All others suppress it. */
const expiring: ReadonlySet<GateReason> = new Set<GateReason>(['missed_window', 'superseded']);

/**
 * The only door to a customer: whether a message may go out now, and if not, how its row ends and why. The first
 * check that objects gives the reason. It fails closed: a fact that is needed and not there (undefined, or null
 * where null means nothing) suppresses the message with `facts_missing`.
 */
export function contactGate(facts: GateFacts, now: Temporal.Instant): GateDecision {
  if (isMissing(facts, 'class')) return closed('facts_missing');
  for (const { needs, appliesTo, blocks } of checks) {
    if (appliesTo !== undefined && !appliesTo.includes(facts.class)) continue;
    if (needs.some((fact) => isMissing(facts, fact))) return closed('facts_missing');
    const reason = blocks(facts, now);
    if (reason !== null) return closed(reason);
  }
  return { allow: true };
}

function isMissing(facts: Partial<GateFacts>, fact: keyof GateFacts): boolean {
  const value = facts[fact];
  return value === undefined || (value === null && fact !== 'address');
}

function closed(reason: GateReason): GateDecision {
  return { allow: false, state: expiring.has(reason) ? 'expired' : 'suppressed', reason };
}
