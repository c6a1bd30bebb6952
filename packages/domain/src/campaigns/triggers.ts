import { eventTypes } from '../events/event-types.js';
import type { PolicyTransitionName } from '../policy/transitions.js';

export type CampaignSubject = 'policy' | 'customer';
export const campaignSubjects = ['policy', 'customer'] as const;

export interface DateTriggerField {
  /** The campaigns that may hang on this date: a policy's date needs a policy for subject, a customer's a customer. */
  readonly subject: CampaignSubject;
  /** Returns every year, from the year after it on, 29 February being kept on the 28th in common years. */
  readonly yearly: boolean;
  /** In the words of the desk. */
  readonly label: string;
}

/** The dates that a campaign's steps may be counted from. A date that is missing or changed triggers nothing. */
export const dateTriggerFields = {
  'policy.startDate': { subject: 'policy', yearly: false, label: 'start of the policy' },
  'policy.renewalDate': { subject: 'policy', yearly: false, label: 'renewal date' },
  'policy.endDate': { subject: 'policy', yearly: false, label: 'end of the policy' },
  'policy.anniversary': { subject: 'policy', yearly: true, label: 'anniversary of the start' },
  /** The last day on which the policyholder may withdraw from a new policy. */
  'policy.coolingOffEnd': { subject: 'policy', yearly: false, label: 'end of the cooling-off period' },
  /** The date of the present status, while that is grace. */
  'policy.graceStart': { subject: 'policy', yearly: false, label: 'first day of grace' },
  /** The last day of grace, while the status is grace. */
  'policy.graceEnd': { subject: 'policy', yearly: false, label: 'last day of grace' },
  /** The due date of each instalment that is not paid. */
  'policy.instalmentDue': { subject: 'policy', yearly: false, label: 'due date of an unpaid instalment' },
  'customer.birthday': { subject: 'customer', yearly: true, label: 'birthday' },
  /** The same as birthday, under the name of the field. */
  'customer.birthDate': { subject: 'customer', yearly: true, label: 'birthday' },
  /** The start of the customer's first policy. */
  'customer.since': { subject: 'customer', yearly: false, label: 'start of the first policy' },
  /**
   * The last day on which we were in touch, claims and payments apart; the start of the first policy while we never
   * were. Letters of a campaign that hangs on this date do not count: a word about silence does not break it.
   */
  'customer.lastContact': { subject: 'customer', yearly: false, label: 'last contact' },
} as const satisfies Record<string, DateTriggerField>;

export type DateTriggerFieldName = keyof typeof dateTriggerFields;
export const dateTriggerFieldNames = Object.keys(dateTriggerFields) as [
  DateTriggerFieldName,
  ...DateTriggerFieldName[],
];

/** Letters of these topics are about money or a claim: they do not count as being in touch. */
export const topicsOfNecessity = ['payments', 'claims'] as const;

/** Events that count as being in touch. */
export const contactEvents = ['contact', 'portal_login'] as const;

/** Events that the book notes by itself when a policy changes its status, with the change each stands for. */
export const statusEvents = {
  policy_entered_grace: 'entered_grace',
  policy_left_grace: 'left_grace',
  policy_lapsed: 'lapsed',
  policy_reinstated: 'reinstated',
  policy_surrendered: 'surrendered',
  policy_cancelled: 'cancelled',
  policy_expired: 'expired',
  policy_matured: 'matured',
} as const satisfies Record<string, PolicyTransitionName>;

export type StatusEvent = keyof typeof statusEvents;
const statusEventNames = Object.keys(statusEvents) as StatusEvent[];

/**
 * The events that a campaign's steps may be counted from: those of the events file, changes of a policy, and
 * `first_portal_login`, the earliest `portal_login` of a customer.
 */
export const triggerEvents = [
  ...eventTypes,
  ...statusEventNames,
  'policy_renewed',
  'first_portal_login',
] as const;
export type TriggerEvent = (typeof triggerEvents)[number];

export function isStatusEvent(event: TriggerEvent): event is StatusEvent {
  return Object.hasOwn(statusEvents, event);
}
