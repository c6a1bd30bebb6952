import {
  addDays,
  anchorDates,
  coolingOffEndsOn,
  evaluateRule,
  graceEndsOn,
  type Campaign,
  type CustomerFacts,
  type PlanCustomer,
  type PlanPolicy,
  type TriggerEvent,
} from '@aftercare/domain';
import { expect, it } from 'vitest';
import { builtInFiles, movedTo } from '../../src/features/campaigns/built-in-campaigns.service.js';
import { readCampaignFile } from '../../src/features/campaigns/read-campaign-file.js';
import { inventBook, type SampleRows } from '../../src/platform/demo/sample-book.js';

const today = '2026-11-22';
const last = addDays(today, 400);
const book = [...inventBook({ customers: 2000, seed: 'sample', today })].flatMap(customersOf);
const programme = builtInFiles().map((file) => readCampaignFile(movedTo(today, file)));

/** Steps, or whole campaigns, that find nobody in the sample, and why that is right. */
const waiting: Readonly<Record<string, string>> = {
  'win-back day-7':
    'a lapse counts from when it is noticed, and in the sample they all lie before its first day',
  'win-back call-14': 'as above',
  'win-back day-60': 'as above',
  'win-back day-365': 'as above',
  'commercial-renewal': 'the sample insurer sells nothing to businesses',
  'typhoon-tips south': 'nobody of the sample lives where cyclones come ashore in Australia',
};

it('finds somebody in the sample book for every step within 400 days, or says why not', () => {
  const nobody = programme.flatMap((campaign) =>
    campaign.steps
      .filter((step) => !findsSomebody(campaign, step))
      .map(({ key }) => (campaign.key === 'commercial-renewal' ? campaign.key : `${campaign.key} ${key}`)),
  );
  // A note about a step that finds people is out of date.
  expect([...new Set(nobody)].sort()).toEqual(Object.keys(waiting).sort());
});

/** Whether a step falls due for anybody: within 400 days, or, counted from an event, within the last 60. */
function findsSomebody(campaign: Campaign, { offsetDays, when }: Campaign['steps'][number]): boolean {
  const rule = when === null ? campaign.audience : { all: [campaign.audience, when] };
  const from = campaign.trigger.type === 'event' ? addDays(today, -60) : today;
  return book.some((customer) => {
    const subjects = campaign.subject === 'policy' ? customer.policies : [null];
    return subjects.some((policy) => {
      const [earliest, latest] = [addDays(from, -offsetDays), addDays(last, -offsetDays)];
      const subject = { customer: customer.facts, policy: policy?.facts ?? null };
      return anchorDates(campaign, customer, policy, earliest, latest).some((anchor) =>
        evaluateRule(rule, subject, addDays(anchor, offsetDays)),
      );
    });
  });
}

/** A household's rows as the planner would see them. */
function customersOf({ customers, policies, instalments, events }: SampleRows): PlanCustomer[] {
  return customers.map((row) => {
    const own = policies.filter((policy) => policy.customer_id === row.customer_id);
    const live = own.filter(({ status }) => status === 'in_force' || status === 'grace');
    const facts: CustomerFacts = {
      ...{ id: row.customer_id, givenName: row.given_name, familyName: row.family_name, email: row.email },
      ...{ phone: row.phone, birthDate: row.birth_date, locale: row.locale, timeZone: row.time_zone },
      ...{ region: row.region, postalCode: row.postal_code, agentId: row.agent_id },
      marketingConsent: row.marketing_consent === true,
      hasOpenComplaint: false,
      isDeceased: own.some(({ status }) => status === 'claim_death'),
      policyCount: live.length,
      lines: [...new Set(live.map(({ line }) => line))],
    };
    const theirs = events.filter(({ customer_id: id }) => id === row.customer_id);
    return {
      facts,
      policies: own.map((policy) => policyOf(policy, instalments, row.region)),
      events: theirs.map(({ type, policy_id: policyId, at }) => ({
        event: type as TriggerEvent,
        policyId,
        when: at,
      })),
      lastContactOn:
        theirs
          .filter(({ type }) => type === 'contact' || type === 'portal_login')
          .map(({ at }) => at.slice(0, 10))
          .sort()
          .at(-1) ?? null,
    };
  });
}

function policyOf(
  row: SampleRows['policies'][number],
  instalments: SampleRows['instalments'],
  region: string | null,
): PlanPolicy {
  const unpaid = instalments
    .filter(({ policy_id: id, paid_at: paidAt }) => id === row.policy_id && paidAt === null)
    .map(({ due_date: day }) => day)
    .sort();
  const since = row.status === 'grace' ? (unpaid[0] ?? today) : null;
  return {
    facts: {
      ...{ id: row.policy_id, line: row.line, product: row.product, status: row.status },
      ...{ startDate: row.start_date, renewalDate: row.renewal_date, endDate: row.end_date },
      ...{ premiumMinor: row.premium_minor, previousPremiumMinor: row.previous_premium_minor },
      ...{ currency: row.currency, paymentMode: row.payment_mode, sumInsuredMinor: row.sum_insured_minor },
      ...{ doNotRenew: row.do_not_renew ?? false, timeZone: row.time_zone, termNumber: 1, renewed: false },
      statusSince: since,
      graceEndsOn: since === null ? null : graceEndsOn(row.line, since, region, row.payment_mode),
      firstUnpaidDueOn: unpaid[0] ?? null,
    },
    unpaidDueDates: unpaid,
    coolingOffEndsOn: coolingOffEndsOn(row.start_date, row.line, region),
  };
}
