/** What a file of events may say: what the core system knows of a customer's life with the insurer. */
export const importedEventTypes = [
  'claim_opened',
  'claim_closed',
  'complaint_opened',
  'complaint_closed',
  'payment_failed',
  'policy_changed',
  'contact',
  'portal_login',
  'death_reported',
  'vulnerability_flagged',
  'vulnerability_cleared',
  'litigation_opened',
  'litigation_closed',
] as const;
export type ImportedEventType = (typeof importedEventTypes)[number];

/** What Aftercare alone knows, because it happens here: no file may say it. */
export const internalEventTypes = ['health_check_done', 'offer_used', 'event_rsvp'] as const;

/** Every kind of event in a customer's life with the insurer, whoever notes it. */
export const eventTypes = [...importedEventTypes, ...internalEventTypes] as const;
export type EventType = (typeof eventTypes)[number];

/** What each kind of event means, in the words of the desk. */
export const eventLabels: Readonly<Record<EventType, string>> = {
  claim_opened: 'A claim was opened',
  claim_closed: 'A claim was closed',
  complaint_opened: 'A complaint was made',
  complaint_closed: 'A complaint was resolved',
  payment_failed: 'A payment failed',
  policy_changed: 'The policy was changed',
  contact: 'The customer was in touch with us',
  portal_login: 'The customer signed in to the portal',
  death_reported: 'The customer’s death was reported',
  vulnerability_flagged: 'The customer needs particular care',
  vulnerability_cleared: 'The customer no longer needs particular care',
  litigation_opened: 'A lawsuit with the customer began',
  litigation_closed: 'A lawsuit with the customer ended',
  health_check_done: 'A policy health check was done',
  offer_used: 'An offer was used',
  event_rsvp: 'The customer said whether they will come to an event',
};
