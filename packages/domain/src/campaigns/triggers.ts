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
} as const satisfies Record<string, DateTriggerField>;

export type DateTriggerFieldName = keyof typeof dateTriggerFields;
export const dateTriggerFieldNames = Object.keys(dateTriggerFields) as [
  DateTriggerFieldName,
  ...DateTriggerFieldName[],
];
