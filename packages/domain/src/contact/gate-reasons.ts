/** Why the gate, or the planner before it, lets a message not go, or not yet; each in words for the desk. */
export const gateReasons = {
  missed_window: 'Its time had passed before it could be sent.',
  superseded: 'A later step of the same campaign was due as well, and only the latest goes.',
  facts_missing: 'Something that must be known before writing to the customer could not be read.',
  sending_stopped: 'All sending was stopped.',
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
  litigation: 'The customer and the company are in litigation.',
  open_complaint: 'The customer has an open complaint.',
  vulnerable: 'The customer is flagged as vulnerable.',
  in_touch_with_staff: 'Somebody of the staff is dealing with the customer.',
  no_consent: 'The customer has not agreed to marketing.',
  unsubscribed: 'The customer has unsubscribed.',
  quiet_hours: "It is outside the hours in which customers are written to, by the customer's own clock.",
  no_contact_day: "It is a day in the customer's region on which nobody is written to.",
  frequency_cap: 'The customer, or somebody at the same address, has been written to as often as allowed.',
  place_void: 'The day or the address is no longer what a place was given for: it is given a new one.',
} as const;
export type GateReason = keyof typeof gateReasons;

/** Reasons that put a message off while its window lasts, rather than end it. */
export const deferringReasons = [
  'sending_stopped',
  'quiet_hours',
  'no_contact_day',
  'frequency_cap',
  'place_void',
] as const satisfies readonly GateReason[];
