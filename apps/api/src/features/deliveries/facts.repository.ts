import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type {
  ContactCap,
  ContactHours,
  CustomerFacts,
  FieldName,
  PlanEvent,
  PolicyFacts,
} from '@aftercare/domain';
import { DatabaseAddress } from '../../platform/database/database-address.js';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';
import type { ClaimedRow } from './chunk.repository.js';
import { anchorReach, isCounted, letterOf } from './counted-contacts.js';
import { doNotContact, type DoNotContact } from './do-not-contact.types.js';
import { PreparedStatement } from './prepared-statement.js';

/** A policy as the book has it at the moment of sending. */
export type LoadedPolicy = PolicyFacts & {
  insuredObject: Record<string, unknown> | null;
  coolingOffEndsOn: string | null;
  /** The oldest instalment that is not paid. */
  owed: { dueDate: string; amountMinor: number | null; currency: string | null } | null;
};

/** What is known of one row's customer, read again just before sending. */
export interface RowFacts {
  deliveryId: string;
  customer: CustomerFacts;
  policies: LoadedPolicy[];
  consents: { topic: string; granted: boolean; at: string; byCustomer: boolean }[];
  addressSuppressed: boolean;
  /** A later step of the same campaign, subject and anchor is due as well. */
  superseded: boolean;
  /** The instalment that the row's anchor date names: paid, unpaid, or null when there is none. */
  anchorInstalment: 'paid' | 'unpaid' | null;
  events: PlanEvent[];
  /** The last day on which the customer and the company were in touch. */
  lastContactOn: string | null;
  sendingStopped: boolean;
  isVulnerable: boolean;
  inLitigation: boolean;
  inTouchWithStaff: boolean;
  /** The house's own hours. */
  hours: ContactHours;
  cap: ContactCap;
  /** Civil days on which nothing of marketing goes to the customer's region. */
  closedDays: string[];
  /** The contacts that count, lately: of the customer, and of their address. Of marketing rows alone. */
  personContacts: Contact[];
  addressContacts: Contact[];
}

/** {@link RowFacts} as the statement gives them. */
type LoadedFacts = Omit<RowFacts, 'hours' | 'cap'> & ContactHours & { capContacts: number; capDays: number };

/** A contact that takes a place; rows of one letter share it. */
interface Contact {
  day: string;
  letter: string;
}

/** What other parts of the platform know how to ask about a customer, as SQL. */
interface StatementParts {
  openComplaint: string;
  deceased: string;
  states: DoNotContact;
  history: ReturnType<AudiencesService['history']>;
}

/** The contacts, beside the row's own, of those rows of the ledger that meet a condition. */
const contactsWhere = (condition: string) => `
  CASE WHEN r.class = 'marketing' AND limits.cap_contacts > 0 THEN
    ARRAY(SELECT DISTINCT jsonb_build_object('day', other.contact_on, 'letter', ${letterOf('other')})
            FROM deliveries other
           WHERE ${condition} AND ${isCounted('other', 'limits')}
             AND other.contact_on > r.contact_on - limits.cap_days
             AND other.anchor_date BETWEEN (SELECT earliest FROM anchors) AND (SELECT latest FROM anchors)
             AND other.delivery_id <> r.delivery_id)
  ELSE '{}' END`;

/**
 * One statement for a batch of rows. Every part of it is a look-up by key: the customer's policies, consents,
 * events and address, the row's siblings in the ledger, and the other contacts of the customer and the address. What
 * none of the campaigns asks about is not looked up, nor what follows from events of a customer who has none.
 */
const factsStatement = ({ openComplaint, deceased, states, history }: StatementParts) => `
  WITH anchors AS MATERIALIZED (
    SELECT min(contact_on) - max(cap_days) - max(reach.before) AS earliest,
           max(contact_on) + max(cap_days) + max(reach.after) AS latest
      FROM unnest($12::date[]) AS contact_on, contact_limits, (${anchorReach}) reach
  ), asked AS MATERIALIZED (
    -- Of all versions: rows of an older one with more steps may be siblings of a newer one's.
    SELECT count(DISTINCT step ->> 'key') > 1 AS siblings,
           bool_or(v.definition -> 'trigger' ->> 'type' = 'event') AS events,
           bool_or(v.definition -> 'trigger' ->> 'field' = 'customer.lastContact') AS last_contact,
           bool_or(v.definition -> 'trigger' ->> 'field' = 'policy.instalmentDue') AS instalment
      FROM campaign_versions v CROSS JOIN LATERAL jsonb_array_elements(v.definition -> 'steps') AS step
     WHERE v.campaign_id = ANY ($5::uuid[])
  )
  SELECT r.delivery_id AS "deliveryId",
         json_build_object(
           'id', c.customer_id, 'givenName', c.given_name, 'familyName', c.family_name, 'email', c.email,
           'phone', c.phone, 'birthDate', c.birth_date, 'locale', c.locale, 'timeZone', c.time_zone,
           'region', c.region, 'postalCode', c.postal_code, 'agentId', c.agent_id,
           'marketingConsent', EXISTS (SELECT FROM consent_state s
                                        WHERE s.customer_id = c.customer_id AND s.topic = '*' AND s.granted),
           'hasOpenComplaint', known.events AND ${openComplaint},
           'isDeceased', ${deceased} OR known.events AND ${states.deathReported}) AS customer,
         policies.list AS policies,
         consents.list AS consents,
         EXISTS (SELECT FROM suppressions s
                  WHERE lower(s.address) = lower(c.email) AND s.lifted_at IS NULL
                    AND (s.class IS NULL OR s.class = r.class)) AS "addressSuppressed",
         asked.siblings AND EXISTS (SELECT FROM deliveries later
                  WHERE later.customer_id = r.customer_id AND later.anchor_date = r.anchor_date
                    AND later.anchor_date BETWEEN $10 AND $11
                    AND later.campaign_id = r.campaign_id AND later.due_at > r.due_at AND later.due_at <= $9
                    AND later.policy_id IS NOT DISTINCT FROM r.policy_id) AS superseded,
         CASE WHEN asked.instalment THEN
           (SELECT CASE WHEN i.paid_at IS NULL THEN 'unpaid' ELSE 'paid' END
              FROM instalments i
             WHERE i.policy_id = r.policy_id AND i.due_date = r.anchor_date) END AS "anchorInstalment",
         CASE WHEN asked.events THEN ${history.events} ELSE '[]' END AS events,
         CASE WHEN asked.last_contact THEN ${history.lastContactOn} END AS "lastContactOn",
         limits.sending_stopped_at IS NOT NULL AS "sendingStopped",
         known.events AND ${states.isVulnerable} AS "isVulnerable",
         known.events AND ${states.inLitigation} AS "inLitigation",
         ${states.inTouchWithStaff} AS "inTouchWithStaff",
         limits.opens, limits.closes, limits.cap_contacts AS "capContacts", limits.cap_days AS "capDays",
         CASE WHEN r.class = 'marketing' THEN
           ARRAY(SELECT closed.day::text FROM no_contact_days closed
                  WHERE closed.day >= r.contact_on - 1
                    AND (closed.region = '*' OR starts_with(upper(c.region) || '-', closed.region || '-')))
         ELSE '{}' END AS "closedDays",
         ${contactsWhere('other.customer_id = r.customer_id')} AS "personContacts",
         ${contactsWhere('lower(other.recipient) = lower(c.email)')} AS "addressContacts"
    FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[],
                $12::date[])
      AS r (delivery_id, anchor_date, customer_id, policy_id, campaign_id, topic, class, due_at, contact_on)
    JOIN customers c USING (customer_id)
   CROSS JOIN contact_limits limits
   CROSS JOIN asked
   CROSS JOIN LATERAL (
     -- OFFSET keeps it a look-up of its own, made once a row and not wherever its answer is used.
     SELECT EXISTS (SELECT FROM customer_events e WHERE e.customer_id = c.customer_id) AS events OFFSET 0
   ) known
   CROSS JOIN LATERAL (
     SELECT coalesce(json_agg(json_build_object(
              'id', p.policy_id, 'line', p.line, 'product', p.product, 'status', p.status,
              'startDate', p.start_date, 'renewalDate', p.renewal_date, 'endDate', p.end_date,
              'premiumMinor', p.premium_minor, 'previousPremiumMinor', p.previous_premium_minor,
              'currency', p.currency, 'paymentMode', p.payment_mode, 'sumInsuredMinor', p.sum_insured_minor,
              'doNotRenew', p.do_not_renew, 'timeZone', p.time_zone, 'termNumber', p.term_no,
              'statusSince', p.status_since, 'graceEndsOn', p.grace_ends_on, 'coolingOffEndsOn', p.cooling_off_ends_on,
              'insuredObject', p.insured_object,
              'firstUnpaidDueOn', owed.due_date, 'owed', CASE WHEN owed.due_date IS NOT NULL THEN json_build_object(
                'dueDate', owed.due_date, 'amountMinor', owed.amount_minor, 'currency', owed.currency) END)
              ORDER BY p.policy_id), '[]') AS list
       FROM policies p
       LEFT JOIN LATERAL (
         SELECT i.due_date, i.amount_minor, i.currency
           FROM instalments i
          WHERE i.policy_id = p.policy_id AND i.paid_at IS NULL
          ORDER BY i.due_date
          LIMIT 1
       ) owed ON true
      WHERE p.customer_id = c.customer_id
   ) policies
   CROSS JOIN LATERAL (
     SELECT coalesce(json_agg(json_build_object('topic', s.topic, 'granted', s.granted, 'at', s.at,
                                                'byCustomer', s.by_customer)), '[]') AS list
       FROM consent_state s
      WHERE s.customer_id = c.customer_id AND s.topic IN ('*', r.topic)
   ) consents`;

/** Statuses in which a policy counts as held. */
const live = new Set<string>(['in_force', 'grace']);

/** Reads what the contact gate and the templates ask about, for many rows at once. */
@Injectable()
export class FactsRepository implements OnApplicationShutdown {
  private readonly statement: PreparedStatement<LoadedFacts>;

  constructor(address: DatabaseAddress, audiences: AudiencesService) {
    const isTrue = (field: FieldName) =>
      audiences.condition(
        'policy',
        { field, op: 'eq', value: true },
        { customer: 'c', policy: null, today: 'NULL::date' },
        new SqlParameters(),
      );
    const text = factsStatement({
      openComplaint: isTrue('customer.hasOpenComplaint'),
      deceased: isTrue('customer.isDeceased'),
      states: doNotContact('c.customer_id'),
      history: audiences.history('c'),
    });
    this.statement = new PreparedStatement(address, 'facts', text);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.statement.close();
  }

  /**
   * The facts of each row by delivery id. A row whose customer is not in the book is left out.
   * @param now up to when later steps count as due
   */
  async load(rows: readonly ClaimedRow[], now: Date): Promise<Map<string, RowFacts>> {
    const of = <Key extends keyof ClaimedRow>(key: Key) => rows.map((row) => row[key]);
    const anchors = of('anchorDate').sort();
    const loaded = await this.statement.run([
      of('deliveryId'),
      of('anchorDate'),
      of('customerId'),
      of('policyId'),
      of('campaignId'),
      of('topic'),
      of('class'),
      of('dueAt'),
      now,
      anchors[0],
      anchors.at(-1),
      of('contactOn'),
    ]);
    return new Map(loaded.map((row) => [row.deliveryId, complete(row)]));
  }
}

/** Adds what follows from the rest. In place: these objects are made for each message. */
function complete({ opens, closes, capContacts, capDays, ...row }: LoadedFacts): RowFacts {
  const held = row.policies.filter(({ status }) => live.has(status));
  Object.assign(row.customer, {
    policyCount: held.length,
    lines: [...new Set(held.map(({ line }) => line))],
  });
  for (const policy of row.policies) Object.assign(policy, { renewed: false });
  return Object.assign(row, {
    hours: { opens, closes },
    cap: { contacts: capContacts, days: capDays },
  });
}
