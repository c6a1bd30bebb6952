import { Temporal } from 'temporal-polyfill';
import { anyHour } from '../contact/contact-time.js';
import type { ConsentState } from '../contact/consent.js';
import { contactGate, type GateFacts } from '../contact/gate.js';
import type { GateReason } from '../contact/gate-reasons.js';
import type { Lane } from './lane.js';
import type { Standing } from './people.js';

const someMoment = Temporal.Instant.fromEpochMilliseconds(0);

/**
 * Asks the contact gate itself what it says of a row of somebody with a standing, but for the hour, the day and the
 * cap. A simulation asks once for all who stand alike.
 *
 * @returns the reason why it does not go; null when it does.
 */
export function standingGate(
  lane: Lane,
  standing: Standing,
  row: { doNotRenew: boolean; optedOut: boolean },
): GateReason | null {
  const facts: GateFacts = {
    ...standing,
    class: lane.class,
    topic: lane.topic,
    channel: lane.channel,
    aboutRenewal: lane.aboutRenewal,
    addressSuppressed:
      lane.class === 'marketing' ? standing.suppressedFor.marketing : standing.suppressedFor.service,
    doNotRenew: row.doNotRenew,
    consent: consentOf(standing.marketing, row.optedOut ? lane.topic : null),
    // The planner has just said so, and the book stands still.
    policyFound: true,
    inAudience: true,
    renewed: false,
    settled: false,
    dateChanged: false,
    exitRuleMet: false,
    superseded: false,
    // Somebody who looks ahead wants to know what comes once it goes on.
    sendingStopped: false,
    expiresAt: someMoment,
    timing: {
      zone: 'UTC',
      hours: anyHour,
      closedDays: new Set(),
      dueAt: someMoment,
      expiresAt: someMoment,
    },
    place: {
      cap: { contacts: 0, days: 1 },
      day: '1970-01-01',
      address: null,
      personDays: [],
      addressDays: [],
    },
  };
  const decision = contactGate(facts, someMoment);
  return decision.allow ? null : decision.reason;
}

function consentOf(marketing: Standing['marketing'], optedOutOf: string | null): ConsentState {
  const said = (topic: string, granted: boolean, byCustomer: boolean) => ({
    topic,
    granted,
    at: someMoment,
    byCustomer,
  });
  return [
    ...(marketing === 'unasked'
      ? []
      : [said('*', marketing === 'granted', marketing === 'withdrawn_by_customer')]),
    ...(optedOutOf === null ? [] : [said(optedOutOf, false, true)]),
  ];
}
