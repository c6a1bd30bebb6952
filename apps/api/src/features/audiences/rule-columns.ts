import type { FieldName } from '@aftercare/domain';
import type { RuleScope } from './audiences.types.js';

/** Policies that count as held. */
const liveStatuses = `('in_force', 'grace')`;

type Column = (scope: RuleScope & { policy: string }) => string;

const policyColumn =
  (name: string): Column =>
  ({ policy }) =>
    `${policy}.${name}`;
const customerColumn =
  (name: string): Column =>
  ({ customer }) =>
    `${customer}.${name}`;

/** What each field of the catalogue is in SQL; NULL when it is missing. Nothing here comes from outside. */
export const ruleColumns: Readonly<Record<FieldName, Column>> = {
  'policy.id': policyColumn('policy_id'),
  'policy.line': policyColumn('line'),
  'policy.product': policyColumn('product'),
  'policy.status': policyColumn('status'),
  'policy.startDate': policyColumn('start_date'),
  'policy.renewalDate': policyColumn('renewal_date'),
  'policy.endDate': policyColumn('end_date'),
  'policy.premiumMinor': policyColumn('premium_minor'),
  'policy.previousPremiumMinor': policyColumn('previous_premium_minor'),
  // In float8 from the first step on, as the evaluator counts.
  'policy.premiumChangePercent': ({ policy }) =>
    `((${policy}.premium_minor::float8 - ${policy}.previous_premium_minor::float8) * 100
      / nullif(${policy}.previous_premium_minor::float8, 0))`,
  'policy.currency': policyColumn('currency'),
  'policy.paymentMode': policyColumn('payment_mode'),
  'policy.sumInsuredMinor': policyColumn('sum_insured_minor'),
  'policy.doNotRenew': policyColumn('do_not_renew'),
  'policy.timeZone': policyColumn('time_zone'),
  'policy.termNumber': policyColumn('term_no'),
  'policy.statusSince': policyColumn('status_since'),
  'policy.graceEndsOn': policyColumn('grace_ends_on'),
  // The book's own row is the term that runs: nothing has come after it.
  'policy.renewed': () => 'false',
  'policy.hasOverdueInstalment': ({ policy, today }) =>
    `EXISTS (SELECT FROM instalments owed
       WHERE owed.policy_id = ${policy}.policy_id AND owed.paid_at IS NULL AND owed.due_date < ${today})`,
  'customer.id': customerColumn('customer_id'),
  'customer.givenName': customerColumn('given_name'),
  'customer.familyName': customerColumn('family_name'),
  'customer.email': customerColumn('email'),
  'customer.phone': customerColumn('phone'),
  'customer.birthDate': customerColumn('birth_date'),
  'customer.age': ({ customer, today }) => ageSql(`${customer}.birth_date`, today),
  'customer.locale': customerColumn('locale'),
  'customer.timeZone': customerColumn('time_zone'),
  'customer.region': customerColumn('region'),
  'customer.postalCode': customerColumn('postal_code'),
  'customer.agentId': customerColumn('agent_id'),
  'customer.marketingConsent': ({ customer }) =>
    `EXISTS (SELECT FROM consent_state consent
       WHERE consent.customer_id = ${customer}.customer_id AND consent.topic = '*' AND consent.granted)`,
  'customer.hasOpenComplaint': ({ customer }) => openComplaintSql(`${customer}.customer_id`),
  'customer.isDeceased': ({ customer }) =>
    `EXISTS (SELECT FROM policies ended
       WHERE ended.customer_id = ${customer}.customer_id AND ended.status = 'claim_death')`,
  'customer.policyCount': ({ customer }) => `(SELECT count(*) ${heldBy(customer)})`,
  'customer.lines': ({ customer }) => `ARRAY(SELECT DISTINCT held.line ${heldBy(customer)})`,
};

/** The live policies of a customer, as `held`. */
export function heldBy(customer: string): string {
  return `FROM policies held WHERE held.customer_id = ${customer}.customer_id AND held.status IN ${liveStatuses}`;
}

/** Whole years of age. PostgreSQL's age() would keep a birthday of 29 February on 1 March; here it is the 28th. */
function ageSql(birthDate: string, today: string): string {
  const years = `(extract(year FROM ${today})::int - extract(year FROM ${birthDate})::int)`;
  return `(${years} - CASE WHEN ${birthDate} + make_interval(years => ${years}) > ${today} THEN 1 ELSE 0 END)`;
}

/**
 * Whether a complaint is open. Each closing settles one opening before it; going back in time, more openings than
 * closings at some moment mean that one of them was never settled. A closing whose opening the book has never
 * seen settles nothing that came later.
 */
function openComplaintSql(customerId: string): string {
  return `EXISTS (SELECT FROM (
      SELECT sum(CASE complaint.type WHEN 'complaint_opened' THEN 1 ELSE -1 END)
               OVER (ORDER BY complaint.at DESC) AS unsettled
      FROM customer_events complaint
      WHERE complaint.customer_id = ${customerId} AND complaint.type IN ('complaint_opened', 'complaint_closed')
    ) backwards WHERE unsettled > 0)`;
}
