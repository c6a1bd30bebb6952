import { evaluateRule, anchorDates, type Campaign, type GateFacts, type Subject } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { ClaimedRow } from './chunk.repository.js';
import type { LoadedPolicy, RowFacts } from './facts.repository.js';

/** What the contact gate is asked about one row. */
export function gateFacts(row: ClaimedRow, campaign: Campaign, facts: RowFacts, today: string): GateFacts {
  const policy = policyOf(row, facts);
  const asked = subjectsOf(row, campaign, facts);
  const anchor = anchorState(row, campaign, facts, policy);
  return {
    class: row.class,
    topic: row.topic,
    expiresAt: Temporal.Instant.fromEpochMilliseconds(row.expiresAt.getTime()),
    isDeceased: facts.customer.isDeceased,
    address: facts.customer.email,
    addressSuppressed: facts.addressSuppressed,
    policyFound: row.policyId === null || policy !== null,
    inAudience: asked.some((subject) => evaluateRule(campaign.audience, subject, today)),
    renewed: anchor === 'renewed',
    settled: anchor === 'settled',
    dateChanged: anchor === 'changed',
    exitRuleMet:
      campaign.exitWhen !== null && asked.some((subject) => evaluateRule(campaign.exitWhen!, subject, today)),
    doNotRenew: policy?.doNotRenew ?? false,
    aboutRenewal: campaign.trigger.type === 'date' && campaign.trigger.field === 'policy.renewalDate',
    superseded: facts.superseded,
    hasOpenComplaint: facts.customer.hasOpenComplaint,
    consent: facts.consents.map((consent) => ({ ...consent, at: Temporal.Instant.from(consent.at) })),
  };
}

/** The policy a row is about, as of the row's own term; null when it is about none or the book has lost it. */
export function policyOf(row: ClaimedRow, facts: RowFacts): LoadedPolicy | null {
  const policy = facts.policies.find(({ id }) => id === row.policyId);
  return policy === undefined
    ? null
    : { ...policy, renewed: row.termNo !== null && policy.termNumber > row.termNo };
}

/** Whom a rule is asked about: the policy, or each of the customer's, or a customer who has none. */
function subjectsOf(row: ClaimedRow, campaign: Campaign, facts: RowFacts): Subject[] {
  const { customer } = facts;
  if (campaign.subject === 'policy') {
    const policy = policyOf(row, facts);
    return policy === null ? [] : [{ customer, policy }];
  }
  if (facts.policies.length === 0) return [{ customer, policy: null }];
  return facts.policies.map((policy) => ({ customer, policy }));
}

type AnchorState = 'holds' | 'changed' | 'renewed' | 'settled';

/** Whether the date that a row was planned from still stands, and if not, what has become of it. */
function anchorState(
  row: ClaimedRow,
  { trigger }: Campaign,
  facts: RowFacts,
  policy: LoadedPolicy | null,
): AnchorState {
  if (trigger.type !== 'date') return 'holds';
  const { anchorDate } = row;
  const unpaidDueDates = facts.anchorInstalment === 'unpaid' ? [anchorDate] : [];
  const customer = {
    facts: facts.customer,
    policies: facts.policies.map((each) => ({ facts: each, unpaidDueDates: [] })),
  };
  const planned = policy && { facts: policy, unpaidDueDates };
  const ofTerm = trigger.field === 'policy.renewalDate' || trigger.field === 'policy.endDate';
  if (ofTerm && policy?.renewed) return 'renewed';
  if (anchorDates(trigger, customer, planned, anchorDate, anchorDate).length > 0) return 'holds';
  const ofGrace = trigger.field === 'policy.graceStart' || trigger.field === 'policy.graceEnd';
  const settled = ofGrace ? policy?.status === 'in_force' : facts.anchorInstalment === 'paid';
  return settled && (ofGrace || trigger.field === 'policy.instalmentDue') ? 'settled' : 'changed';
}
