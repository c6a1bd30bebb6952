import type { Campaign } from '../campaigns/campaign.js';
import { usedTemplates } from '../campaigns/used-templates.js';
import type { EventType } from '../events/event-types.js';
import { purposeOf } from '../rule-packs/campaign-purpose.js';
import type { Purpose } from '../rule-packs/rule-pack.js';

/**
 * What a contact is meant to bring about. `paid`: an instalment was paid, or the policy is back in force. `renewed`: a
 * new term began. `reply`: the customer wrote back or was in touch.
 */
export const outcomeKinds = [
  'paid',
  'renewed',
  'rsvp',
  'offer_used',
  'check_done',
  'reply',
  'portal_visit',
] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

/** How long before an outcome the contact may lie that is held to have brought it. */
export const outcomeDays = 30;

/** The outcomes that are events in a customer's life. */
export const outcomeOfEvent: Readonly<Partial<Record<EventType, OutcomeKind>>> = {
  event_rsvp: 'rsvp',
  offer_used: 'offer_used',
  health_check_done: 'check_done',
  contact: 'reply',
  portal_login: 'portal_visit',
};

const ofTemplate: Readonly<Record<string, readonly OutcomeKind[]>> = {
  'renewal-reminder': ['paid', 'renewed'],
  'policy-digest': ['paid', 'renewed'],
  'payment-reminder': ['paid'],
  'lapse-help': ['paid'],
  'win-back': ['paid', 'renewed'],
  'event-invitation': ['rsvp'],
  'event-reminder': ['rsvp'],
  offer: ['offer_used'],
  newsletter: ['offer_used', 'rsvp'],
  'health-check-invitation': ['check_done'],
  'life-stage-check': ['check_done'],
  'we-are-here': ['check_done'],
};

const ofPurpose: Readonly<Partial<Record<Purpose, readonly OutcomeKind[]>>> = {
  renewal: ['paid', 'renewed'],
  payment: ['paid'],
  grace: ['paid'],
};

/** Which outcomes a campaign can be held to have brought: by the letters it sends, and by what it is for. */
export function outcomesOf(campaign: Campaign): OutcomeKind[] {
  const purpose = purposeOf(campaign);
  const wanted = new Set<OutcomeKind>(['reply', 'portal_visit']);
  for (const name of usedTemplates(campaign)) for (const kind of ofTemplate[name] ?? []) wanted.add(kind);
  if (purpose !== null) for (const kind of ofPurpose[purpose] ?? []) wanted.add(kind);
  return outcomeKinds.filter((kind) => wanted.has(kind));
}
