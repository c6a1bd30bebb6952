import { anyHour, contactGate, type Channel, type ContactClass, type GateReason } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { KnownCustomer } from './upcoming.repository.js';

/** What the gate is asked about: a message, or any message of its class and topic. */
export interface AskedMessage {
  class: ContactClass;
  topic: string;
  channel: Channel;
  policyId: string | null;
  aboutRenewal: boolean;
}

/**
 * Why the contact gate would hold a message back if it were due now; null when it would let it go. Only what is
 * known of the customer is asked: whether the message will still be true by then shows when it is sent.
 */
export function gateReason(
  customer: KnownCustomer,
  message: AskedMessage,
  now: Temporal.Instant,
): GateReason | null {
  const { facts, policies, consents, suppressedClasses } = customer;
  const policy = policies.find((each) => each.facts.id === message.policyId)?.facts;
  const decision = contactGate(
    {
      ...{ class: message.class, topic: message.topic, channel: message.channel },
      ...{ aboutRenewal: message.aboutRenewal, expiresAt: now, sendingStopped: false },
      ...{ address: facts.email, isDeceased: facts.isDeceased, hasOpenComplaint: facts.hasOpenComplaint },
      addressSuppressed: suppressedClasses.some((each) => each === null || each === message.class),
      policyFound: message.policyId === null || policy !== undefined,
      doNotRenew: policy?.doNotRenew ?? false,
      ...{ inAudience: true, renewed: false, settled: false, dateChanged: false },
      ...{ exitRuleMet: false, superseded: false },
      ...{ isVulnerable: customer.isVulnerable, inLitigation: customer.inLitigation },
      inTouchWithStaff: customer.inTouchWithStaff,
      // Hours and places are those of another day.
      timing: { zone: 'UTC', hours: anyHour, closedDays: new Set(), dueAt: now, expiresAt: now },
      place: {
        ...{ cap: { contacts: 0, days: 1 }, day: '', address: null, personDays: [], addressDays: [] },
      },
      consent: consents.map((each) => ({ ...each, at: Temporal.Instant.from(each.at) })),
    },
    now,
  );
  return decision.allow ? null : decision.reason;
}
