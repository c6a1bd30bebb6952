import type { CustomerFlag } from '#lib/api/types.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/Pill.svelte';

const flags: Record<CustomerFlag, { name: () => string; tone: Tone }> = {
  deceased: { name: m.flag_deceased, tone: 'quiet' },
  complaint: { name: m.flag_complaint, tone: 'bad' },
  suppressed: { name: m.flag_suppressed, tone: 'bad' },
  do_not_renew: { name: m.flag_do_not_renew, tone: 'warn' },
  no_address: { name: m.flag_no_address, tone: 'warn' },
  orphan: { name: m.flag_orphan, tone: 'warn' },
};

export const customerFlags = Object.keys(flags) as CustomerFlag[];
export const flagName = (flag: CustomerFlag): string => flags[flag].name();
export const flagTone = (flag: CustomerFlag): Tone => flags[flag].tone;

/** A name from the insurer's own systems, readable. ('policyApplication', 'policy_application' → 'Policy application') */
export function inWords(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/(?<=\p{Ll})\p{Lu}/gu, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const events: Record<string, () => string> = {
  claim_opened: m.event_claim_opened,
  claim_closed: m.event_claim_closed,
  complaint_opened: m.event_complaint_opened,
  complaint_closed: m.event_complaint_closed,
  payment_failed: m.event_payment_failed,
  policy_changed: m.event_policy_changed,
  contact: m.event_contact,
  portal_login: m.event_portal_login,
  sign_in_link_sent: m.event_sign_in_link_sent,
  death_reported: m.event_death_reported,
  vulnerability_flagged: m.event_vulnerability_flagged,
  vulnerability_cleared: m.event_vulnerability_cleared,
  litigation_opened: m.event_litigation_opened,
  litigation_closed: m.event_litigation_closed,
  health_check_done: m.event_health_check_done,
  offer_used: m.event_offer_used,
  event_rsvp: m.event_event_rsvp,
};

/** What happened, for the timeline; an event of a kind we do not know by its name. */
export const eventName = (event: string): string => events[event]?.() ?? inWords(event);

const sources: Record<string, () => string> = {
  import: m.source_import,
  unsubscribe_link: m.source_unsubscribe_link,
  one_click: m.source_one_click,
  portal: m.source_portal,
  complaint: m.source_complaint,
  staff: m.source_staff,
};

/** Where a consent came from. */
export const sourceName = (source: string): string => sources[source]?.() ?? inWords(source);
