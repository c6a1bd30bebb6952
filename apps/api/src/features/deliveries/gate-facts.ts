import {
  anchorDates,
  contactHours,
  hoursOfContact,
  evaluateRule,
  type Campaign,
  type ContactHours,
  type ContactPlace,
  type GateFacts,
  type PlanPolicy,
  type Subject,
} from '@aftercare/domain';
import type { ClaimedRow } from './chunk.repository.js';
import { plannedLetter } from './counted-contacts.js';
import type { LoadedPolicy, RowFacts } from './facts.repository.js';
import { instantOf } from './instants.js';

/**
 * What the contact gate is asked about one row.
 * @param policy the one that the row is about: see {@link policyOf}
 * @param day the customer's zone and civil date
 */
export function gateFacts(
  row: ClaimedRow,
  campaign: Campaign,
  facts: RowFacts,
  policy: LoadedPolicy | null,
  { zone, today }: { zone: string; today: string },
): GateFacts {
  const asked = subjectsOf(campaign, facts, policy);
  const anchor = anchorState(row, campaign, facts, policy);
  const expiresAt = instantOf(row.expiresAt);
  return {
    class: row.class,
    topic: row.topic,
    channel: row.channel,
    sendingStopped: facts.sendingStopped,
    expiresAt,
    isDeceased: facts.customer.isDeceased,
    address: facts.customer.email,
    addressSuppressed: facts.addressSuppressed,
    policyFound: row.policyId === null || policy !== null,
    inAudience: asked.some((subject) => isMeant(row, campaign, subject, today)),
    renewed: anchor === 'renewed',
    settled: anchor === 'settled',
    dateChanged: anchor === 'changed',
    exitRuleMet:
      campaign.exitWhen !== null && asked.some((subject) => evaluateRule(campaign.exitWhen!, subject, today)),
    doNotRenew: policy?.doNotRenew ?? false,
    aboutRenewal: campaign.trigger.type === 'date' && campaign.trigger.field === 'policy.renewalDate',
    superseded: facts.superseded,
    hasOpenComplaint: facts.customer.hasOpenComplaint,
    isVulnerable: facts.isVulnerable,
    inLitigation: facts.inLitigation,
    inTouchWithStaff: facts.inTouchWithStaff,
    consent: facts.consents.map(({ topic, granted, at, byCustomer }) => ({
      ...{ topic, granted, byCustomer },
      at: instantOf(at),
    })),
    timing: {
      ...{ zone, expiresAt },
      hours: hoursIn(facts.customer.region, facts.hours, today),
      closedDays: new Set(facts.closedDays),
      dueAt: instantOf(row.dueAt),
    },
    place: placeOf(row, campaign, facts),
  };
}

/** The campaign's audience, and the condition of the row's own step. */
function isMeant(row: ClaimedRow, campaign: Campaign, subject: Subject, today: string): boolean {
  const when = campaign.steps.find(({ key }) => key === row.step)?.when ?? null;
  if (when !== null && !evaluateRule(when, subject, today)) return false;
  return evaluateRule(campaign.audience, subject, today);
}

/** The law's hours of a day by region: looking them up takes longer than all else that is asked about a row. */
let lawful = { on: '', byRegion: new Map<string | null, ContactHours | null>() };

/** The hours that both the house and the law of a region leave on a day. */
export function hoursIn(region: string | null, ofHouse: ContactHours, today: string): ContactHours {
  if (lawful.on !== today) lawful = { on: today, byRegion: new Map() };
  let byLaw = lawful.byRegion.get(region);
  if (byLaw === undefined) {
    byLaw = contactHours(region, today)?.value ?? null;
    lawful.byRegion.set(region, byLaw);
  }
  return hoursOfContact(ofHouse, byLaw);
}

/** The place a row was given, and the other contacts; what goes in the same letter is no other. */
function placeOf(row: ClaimedRow, campaign: Campaign, facts: RowFacts): ContactPlace {
  const { contactOn: day, recipient } = row;
  const address = recipient?.toLowerCase() ?? null;
  const own = plannedLetter(row, campaign.merge?.by ?? null, day, address);
  const daysOf = (contacts: RowFacts['personContacts']) =>
    contacts.filter(({ letter }) => letter !== own).map((contact) => contact.day);
  return {
    ...{ cap: facts.cap, day, address },
    personDays: daysOf(facts.personContacts),
    addressDays: daysOf(facts.addressContacts),
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
function subjectsOf(campaign: Campaign, facts: RowFacts, policy: LoadedPolicy | null): Subject[] {
  const { customer } = facts;
  if (campaign.subject === 'policy') return policy === null ? [] : [{ customer, policy }];
  if (facts.policies.length === 0) return [{ customer, policy: null }];
  return facts.policies.map((policy) => ({ customer, policy }));
}

type AnchorState = 'holds' | 'changed' | 'renewed' | 'settled';

/** Whether the date that a row was planned from still stands, and if not, what has become of it. */
function anchorState(
  row: ClaimedRow,
  campaign: Campaign,
  facts: RowFacts,
  policy: LoadedPolicy | null,
): AnchorState {
  const { trigger } = campaign;
  // Its days stand in the campaign itself.
  if (trigger.type === 'once' || trigger.type === 'recurring') return 'holds';
  const { anchorDate } = row;
  const unpaidDueDates = facts.anchorInstalment === 'unpaid' ? [anchorDate] : [];
  const customer = {
    facts: facts.customer,
    policies: facts.policies.map((each) => planned(each, [])),
    ...{ events: facts.events, lastContactOn: facts.lastContactOn },
  };
  const field = trigger.type === 'date' ? trigger.field : null;
  const ofTerm = field === 'policy.renewalDate' || field === 'policy.endDate';
  if (ofTerm && policy?.renewed) return 'renewed';
  if (
    anchorDates(campaign, customer, policy && planned(policy, unpaidDueDates), anchorDate, anchorDate)
      .length > 0
  )
    return 'holds';
  const ofGrace = field === 'policy.graceStart' || field === 'policy.graceEnd';
  const settled = ofGrace ? policy?.status === 'in_force' : facts.anchorInstalment === 'paid';
  return settled && (ofGrace || field === 'policy.instalmentDue') ? 'settled' : 'changed';
}

function planned(facts: LoadedPolicy, unpaidDueDates: readonly string[]): PlanPolicy {
  return { facts, unpaidDueDates, coolingOffEndsOn: facts.coolingOffEndsOn };
}
