/** What the list of deliveries can be narrowed by, beside search and order; the API's own names. */
export const deliveryFilters = [
  'campaign',
  'step',
  'state',
  'reason',
  'class',
  'topic',
  'customerId',
  'policyId',
  'dueFrom',
  'dueTo',
  'sentFrom',
  'sentTo',
  'overdue',
] as const;

/** Filters that only a link sets: they have no control of their own, so they show as chips that can be taken away. */
export const linkedFilters = [
  'campaign',
  'step',
  'reason',
  'topic',
  'customerId',
  'policyId',
  'dueFrom',
  'dueTo',
  'sentFrom',
  'sentTo',
  'overdue',
] as const satisfies readonly (typeof deliveryFilters)[number][];
