// Shapes of the API as the pages use them. Instants are ISO 8601 in UTC, civil dates 'YYYY-MM-DD', money minor units.

export type ContactClass = 'legal' | 'service' | 'marketing';
export type Line = 'motor' | 'home' | 'life' | 'health' | 'travel' | 'commercial';
export type PolicyStatus =
  'in_force' | 'grace' | 'lapsed' | 'surrendered' | 'cancelled' | 'expired' | 'matured' | 'claim_death';
export type PaymentMode = 'annual' | 'semiannual' | 'quarterly' | 'monthly';
export type DeliveryState =
  | 'planned'
  | 'sending'
  | 'sent'
  | 'bounced'
  | 'failed'
  | 'suppressed'
  | 'held_out'
  | 'expired'
  | 'cancelled'
  | 'in_doubt';
export type StaffRole = 'admin' | 'marketing' | 'compliance' | 'retention' | 'service';

export type Page<T> = { items: T[]; nextCursor: string | null; total?: number | null };

export type Site = {
  name: string;
  supportEmail: string | null;
  supportPhone: string | null;
  payUrl: string | null;
  brandColour: string | null;
  inboxUrl: string | null;
  sample: boolean;
};

export type MemberSession = {
  customerId: string;
  displayName: string;
  email: string | null;
  locale: string | null;
};
export type StaffSession = { userId: string; name: string; email: string; role: StaffRole };
export type Session = { member: MemberSession | null; staff: StaffSession | null };
export type SignInLink = {
  displayName: string;
  maskedEmail: string;
  returnTo: string | null;
  expiresAt: string;
};

/** `topic` '*' is everything marketing. */
export type PreferenceChange = { topic: string; granted: boolean };
export type TopicPreference = {
  topic: string;
  class: 'service' | 'marketing';
  granted: boolean;
  at: string | null;
};
export type Preferences = {
  marketing: { granted: boolean; at: string | null; source: string | null };
  topics: TopicPreference[];
};
export type LinkPreferences = Preferences & {
  maskedName: string;
  maskedEmail: string;
  locale: string | null;
  topic: string | null;
  class: ContactClass | null;
};

export type AttentionKind = 'grace' | 'payment_overdue' | 'payment_due' | 'renewal' | 'lapsed';
export type Attention = {
  kind: AttentionKind;
  policyId: string;
  line: Line;
  product: string | null;
  policyNumberMasked: string;
  date: string;
  daysLeft: number;
  amountMinor: number | null;
  previousAmountMinor: number | null;
  currency: string | null;
};
export type MemberMessage = {
  deliveryId: string;
  subject: string;
  topic: string;
  class: ContactClass;
  policyId: string | null;
  sentAt: string;
};
export type MemberMessageDetail = MemberMessage & {
  from: string;
  to: string;
  html: string | null;
  text: string | null;
};
export type MemberHome = {
  givenName: string | null;
  displayName: string;
  today: string;
  attention: Attention[];
  messages: MemberMessage[];
  policies: {
    current: number;
    nextRenewal: { policyId: string; line: Line; product: string | null; date: string } | null;
  };
};
export type InsuredObject = Record<string, string | number | boolean | null>;
export type MemberPolicy = {
  policyId: string;
  policyNumberMasked: string;
  line: Line;
  product: string | null;
  status: PolicyStatus;
  statusSince: string | null;
  graceEndsOn: string | null;
  startDate: string;
  renewalDate: string | null;
  endDate: string | null;
  premiumMinor: number | null;
  previousPremiumMinor: number | null;
  premiumChangePercent: number | null;
  currency: string | null;
  paymentMode: PaymentMode | null;
  sumInsuredMinor: number | null;
  insuredObject: InsuredObject | null;
  doNotRenew: boolean;
  nextPayment: {
    dueDate: string;
    amountMinor: number | null;
    currency: string | null;
    overdue: boolean;
  } | null;
};
export type Instalment = {
  dueDate: string;
  amountMinor: number | null;
  currency: string | null;
  paidAt: string | null;
  state: 'paid' | 'due' | 'overdue';
};
export type PolicyTerm = {
  termNo: number;
  renewalDate: string | null;
  premiumMinor: number | null;
  currency: string | null;
  current: boolean;
};
export type StatusChange = { on: string; from: PolicyStatus; to: PolicyStatus; transition: string };
export type MemberPolicyDetail = MemberPolicy & {
  instalments: Instalment[];
  terms: PolicyTerm[];
  history: StatusChange[];
  messages: MemberMessage[];
};

export type StateCounts = Record<DeliveryState, number>;
export type ImportKind = 'customers' | 'policies' | 'instalments' | 'events';
export type ImportState = 'running' | 'done' | 'failed';
export type ImportRun = {
  importId: string;
  kind: ImportKind;
  fileName: string;
  dryRun: boolean;
  state: ImportState;
  bytesTotal: number | null;
  bytesRead: number;
  received: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  hasRejectedFile: boolean;
  error: { code: string; detail: string } | null;
  startedBy: string;
  startedAt: string;
  finishedAt: string | null;
};
/** An import as Today lists it. */
export type ImportSummary = Omit<
  ImportRun,
  'bytesTotal' | 'bytesRead' | 'hasRejectedFile' | 'error' | 'startedBy'
>;
export type StuckKind =
  'overdue' | 'retrying' | 'failed' | 'in_doubt' | 'import_failed' | 'no_worker' | 'mail_server_down';
export type Stuck = {
  kind: StuckKind;
  count: number;
  since: string | null;
  reason: string | null;
  detail: string | null;
  campaignKey: string | null;
  importId: string | null;
};
export type WaitingKind = 'paused_campaigns' | 'draft_campaigns';
export type TodayCampaign = {
  key: string;
  name: string;
  class: ContactClass;
  states: StateCounts;
  nextDueAt: string | null;
};
export type Today = {
  now: string;
  timeZone: string;
  dayFrom: string;
  dayTo: string;
  sending: {
    on: boolean;
    reason: 'configured_off' | 'no_worker' | 'mail_server_down' | null;
    since: string | null;
  };
  counts: {
    dueToday: number;
    sentToday: number;
    plannedToday: number;
    suppressedToday: number;
    bouncedToday: number;
    failedToday: number;
    expiredToday: number;
    heldOutToday: number;
    inDoubt: number;
  };
  campaigns: TodayCampaign[];
  stuck: Stuck[];
  waiting: { kind: WaitingKind; count: number }[];
  lastImports: ImportSummary[];
  optedOut: { today: number; week: number };
  complaints: { today: number; week: number };
};

export type DeliveryRow = {
  deliveryId: string;
  campaignKey: string;
  campaignName: string;
  step: string;
  customerId: string;
  customerName: string | null;
  policyId: string | null;
  anchorDate: string;
  class: ContactClass;
  topic: string;
  template: string;
  state: DeliveryState;
  reason: string | null;
  dueAt: string;
  stateAt: string;
  sentAt: string | null;
  recipient: string | null;
  hasMessage: boolean;
};
export type DeliveryDetail = DeliveryRow & {
  campaignVersion: number;
  expiresAt: string;
  attempts: number;
  nextAttemptAt: string | null;
  messageId: string | null;
  smtpReply: string | null;
  timeZone: string | null;
};
export type DeliveryMessage = {
  deliveryId: string;
  subject: string;
  from: string;
  to: string;
  date: string | null;
  headers: { name: string; value: string }[];
  html: string | null;
  text: string | null;
  raw: string;
  sizeBytes: number;
  sha256: string;
  storedAt: string;
  attachments: { name: string | null; type: string; sizeBytes: number }[];
};

export type CampaignState = 'draft' | 'active' | 'paused' | 'finished';
export type CampaignRow = {
  key: string;
  name: string;
  class: ContactClass;
  topic: string;
  subject: 'policy' | 'customer';
  priority: number;
  state: CampaignState;
  version: number;
  activeVersion: number | null;
  stepCount: number;
  activatedAt: string | null;
  updatedAt: string;
  nextDueAt: string | null;
  counts: {
    audience: number;
    open: number;
    sent: number;
    suppressed: number;
    heldOut: number;
    other: number;
  };
};
export type CampaignStep = {
  step: string;
  offsetDays: number;
  at: string;
  template: string;
  plannedUntil: string | null;
  open: number;
  sent: number;
  nextDueAt: string | null;
};
export type CampaignDefinition = {
  trigger: { type: string; field?: string };
  holdout?: number;
  catchUpHours?: number;
  startsOn?: string | null;
  endsOn?: string | null;
};
export type CampaignDetail = CampaignRow & {
  definition: CampaignDefinition;
  audienceText: string;
  exitText: string | null;
  contentHash: string;
  steps: CampaignStep[];
  versions: { version: number; contentHash: string; createdBy: string; createdAt: string; active: boolean }[];
};
export type Funnel = {
  audience: number;
  states: StateCounts;
  reasons: { state: DeliveryState; reason: string | null; count: number }[];
  balanced: boolean;
  steps: { step: string; audience: number; states: StateCounts }[];
};
export type UpcomingDay = { date: string; steps: { step: string; count: number }[] };

export type CustomerFlag = 'deceased' | 'complaint' | 'suppressed' | 'do_not_renew' | 'no_address' | 'orphan';
export type CustomerRow = {
  customerId: string;
  name: string | null;
  email: string | null;
  region: string | null;
  locale: string | null;
  policyCount: number;
  lines: Line[];
  statuses: PolicyStatus[];
  marketingGranted: boolean;
  flags: CustomerFlag[];
  lastSentAt: string | null;
};
export type StaffPolicy = MemberPolicy & {
  termNo: number;
  timeZone: string | null;
  overdueInstalments: number;
};
export type ConsentChange = {
  topic: string;
  granted: boolean;
  source: string;
  byCustomer: boolean;
  at: string;
};
export type CustomerDetail = CustomerRow & {
  givenName: string | null;
  familyName: string | null;
  phone: string | null;
  birthDate: string | null;
  timeZone: string | null;
  postalCode: string | null;
  agentId: string | null;
  createdAt: string;
  updatedAt: string;
  policies: StaffPolicy[];
  preferences: Preferences;
  consentHistory: ConsentChange[];
  suppressions: {
    address: string;
    class: ContactClass | null;
    reason: string;
    evidence: string | null;
    createdAt: string;
  }[];
  contact: { class: ContactClass; allowed: boolean; reason: string | null }[];
};
export type TimelineItem = { at: string } & (
  | {
      type: 'delivery';
      deliveryId: string;
      campaignKey: string;
      campaignName: string;
      step: string;
      class: ContactClass;
      subject: string | null;
      state: DeliveryState;
      reason: string | null;
      policyId: string | null;
      hasMessage: boolean;
    }
  | {
      type: 'policy_status';
      policyId: string;
      line: Line;
      product: string | null;
      from: PolicyStatus;
      to: PolicyStatus;
      transition: string;
    }
  | { type: 'policy_started'; policyId: string; line: Line; product: string | null }
  | {
      type: 'event';
      eventId: string;
      event: string;
      policyId: string | null;
      data: Record<string, unknown> | null;
    }
  | ({ type: 'consent' } & Omit<ConsentChange, 'at'>)
  | {
      type: 'payment';
      policyId: string;
      dueDate: string;
      amountMinor: number | null;
      currency: string | null;
    }
);
export type TimelineType = TimelineItem['type'];
export type UpcomingDelivery = {
  campaignKey: string;
  campaignName: string;
  step: string;
  class: ContactClass;
  topic: string;
  policyId: string | null;
  anchorDate: string;
  dueAt: string;
  deliveryId: string | null;
  wouldSend: boolean;
  reason: string | null;
};
