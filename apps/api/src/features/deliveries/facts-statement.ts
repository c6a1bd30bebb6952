import type { AudiencesService } from '../audiences/audiences.service.js';
import { anchorReach, isCounted, letterOf } from './counted-contacts.js';
import type { DoNotContact } from './do-not-contact.types.js';

/** What the campaigns of a batch ask about, and where in the ledger the contacts that count can be. */
export interface Asked {
  siblings: boolean;
  events: boolean;
  lastContact: boolean;
  instalment: boolean;
  capContacts: number;
  earliest: string;
  latest: string;
}

/** Of all versions of the campaigns: rows of an older one with more steps may be siblings of a newer one's. */
export const askedStatement = `
  SELECT coalesce(count(DISTINCT step ->> 'key') > 1, false) AS siblings,
         coalesce(bool_or(v.definition -> 'trigger' ->> 'type' = 'event'), false) AS events,
         coalesce(bool_or(v.definition -> 'trigger' ->> 'field' = 'customer.lastContact'), false) AS "lastContact",
         coalesce(bool_or(v.definition -> 'trigger' ->> 'field' = 'policy.instalmentDue'), false) AS instalment,
         (SELECT cap_contacts FROM contact_limits) AS "capContacts",
         (SELECT min(contact_on) - max(cap_days) - max(reach.before)
            FROM unnest($2::date[]) AS contact_on, contact_limits, (${anchorReach}) reach) AS earliest,
         (SELECT max(contact_on) + max(cap_days) + max(reach.after)
            FROM unnest($2::date[]) AS contact_on, contact_limits, (${anchorReach}) reach) AS latest
    FROM campaign_versions v CROSS JOIN LATERAL jsonb_array_elements(v.definition -> 'steps') AS step
   WHERE v.campaign_id = ANY ($1::uuid[])`;

/** What other parts of the platform know how to ask about a customer, as SQL. */
export interface StatementParts {
  openComplaint: string;
  deceased: string;
  states: DoNotContact;
  history: ReturnType<AudiencesService['history']>;
}

/**
 * A condition asked row by row. Left to itself PostgreSQL may read a whole table once and remember it, which is less
 * work for a thousand rows of a small book and far too much for forty of a large one.
 */
const perRow = (condition: string) => `(SELECT ${condition})`;

/** The contacts, beside the row's own, of those rows of the ledger that meet a condition. */
const contactsWhere = (condition: string) => `
  CASE WHEN r.class = 'marketing' AND limits.cap_contacts > 0 THEN
    (SELECT jsonb_agg(DISTINCT jsonb_build_object('day', other.contact_on, 'letter', ${letterOf('other')}))
       FROM deliveries other
      WHERE ${condition} AND ${isCounted('other', 'limits')}
        AND other.contact_on > r.contact_on - limits.cap_days
        AND other.anchor_date BETWEEN $16 AND $17
        AND other.delivery_id <> r.delivery_id)
  END`;

/** What the ledger itself knows of a row ($13 to $17 are asked by these alone). It has a part for each month: naming it at all costs more than a few rows. */
export const ledgerParts = {
  asked: {
    superseded: perRow(`EXISTS (SELECT FROM deliveries later
                  WHERE later.customer_id = r.customer_id AND later.anchor_date = r.anchor_date
                    AND later.anchor_date BETWEEN $14 AND $15
                    AND later.campaign_id = r.campaign_id AND later.due_at > r.due_at AND later.due_at <= $13
                    AND later.policy_id IS NOT DISTINCT FROM r.policy_id)`),
    personContacts: contactsWhere('other.customer_id = r.customer_id'),
    addressContacts: contactsWhere('lower(other.recipient) = lower(c.email)'),
  },
  notAsked: { superseded: 'false', personContacts: 'NULL::jsonb', addressContacts: 'NULL::jsonb' },
};

/**
 * One statement for a batch of rows. Every part of it is a look-up by key: the customer's consents, events and
 * address, the row's siblings in the ledger, and the other contacts of the customer and the address. What none of the
 * campaigns asks about is not looked up, nor what follows from events of a customer who has none. One column for each
 * fact: to put them together as JSON takes the database several times as long as to find them.
 */
export const rowsStatement = (
  { openComplaint, deceased, states, history }: StatementParts,
  ledger: (typeof ledgerParts)['asked'],
) => `
  SELECT r.delivery_id AS "deliveryId",
         c.customer_id AS "customerId", c.given_name AS "givenName", c.family_name AS "familyName", c.email, c.phone,
         c.birth_date AS "birthDate", c.locale, c.time_zone AS "timeZone", c.region, c.postal_code AS "postalCode",
         c.agent_id AS "agentId",
         known.events AND ${perRow(openComplaint)} AS "hasOpenComplaint",
         ${perRow(deceased)} OR known.events AND ${perRow(states.deathReported)} AS "isDeceased",
         overall.granted AS "overallGranted", overall.at AS "overallAt", overall.by_customer AS "overallByCustomer",
         own.topic, own.granted AS "topicGranted", own.at AS "topicAt", own.by_customer AS "topicByCustomer",
         ${perRow(`EXISTS (SELECT FROM suppressions s
                  WHERE lower(s.address) = lower(c.email) AND s.lifted_at IS NULL
                    AND (s.class IS NULL OR s.class = r.class))`)} AS "addressSuppressed",
         ${ledger.superseded} AS superseded,
         CASE WHEN $12::bool THEN
           (SELECT CASE WHEN i.paid_at IS NULL THEN 'unpaid' ELSE 'paid' END
              FROM instalments i
             WHERE i.policy_id = r.policy_id AND i.due_date = r.anchor_date) END AS "anchorInstalment",
         CASE WHEN $10::bool THEN ${history.events} END AS events,
         CASE WHEN $11::bool THEN ${history.lastContactOn} END AS "lastContactOn",
         known.events AND ${perRow(states.isVulnerable)} AS "isVulnerable",
         known.events AND ${perRow(states.inLitigation)} AS "inLitigation",
         ${perRow(states.inTouchWithStaff)} AS "inTouchWithStaff",
         limits.sending_stopped_at IS NOT NULL AS "sendingStopped",
         limits.opens, limits.closes, limits.cap_days AS "capDays",
         CASE WHEN r.class = 'marketing' THEN
           ARRAY(SELECT closed.day::text FROM no_contact_days closed
                  WHERE closed.day >= r.contact_on - 1
                    AND (closed.region = '*' OR starts_with(upper(c.region) || '-', closed.region || '-')))
         END AS "closedDays",
         ${ledger.personContacts} AS "personContacts",
         ${ledger.addressContacts} AS "addressContacts"
    FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[],
                $9::date[])
      AS r (delivery_id, anchor_date, customer_id, policy_id, campaign_id, topic, class, due_at, contact_on)
    JOIN customers c USING (customer_id)
   CROSS JOIN contact_limits limits
   CROSS JOIN LATERAL (
     -- OFFSET keeps it a look-up of its own, made once a row and not wherever its answer is used.
     SELECT EXISTS (SELECT FROM customer_events e WHERE e.customer_id = c.customer_id) AS events OFFSET 0
   ) known
    LEFT JOIN consent_state overall ON overall.customer_id = c.customer_id AND overall.topic = '*'
    LEFT JOIN consent_state own ON own.customer_id = c.customer_id AND own.topic = r.topic AND own.topic <> '*'`;

/** The policies of customers, as the rules and the letters take them. */
export const policiesStatement = `
  SELECT p.customer_id AS "customerId",
         p.policy_id AS id, p.line, p.product, p.status, p.start_date AS "startDate", p.renewal_date AS "renewalDate",
         p.end_date AS "endDate", p.premium_minor AS "premiumMinor",
         p.previous_premium_minor AS "previousPremiumMinor", p.currency, p.payment_mode AS "paymentMode",
         p.sum_insured_minor AS "sumInsuredMinor", p.do_not_renew AS "doNotRenew", p.time_zone AS "timeZone",
         p.term_no AS "termNumber", p.status_since AS "statusSince", p.grace_ends_on AS "graceEndsOn",
         p.cooling_off_ends_on AS "coolingOffEndsOn", p.insured_object AS "insuredObject", false AS renewed,
         owed.due_date AS "firstUnpaidDueOn",
         CASE WHEN owed.due_date IS NOT NULL THEN json_build_object(
           'dueDate', owed.due_date, 'amountMinor', owed.amount_minor, 'currency', owed.currency) END AS owed
    FROM policies p
    LEFT JOIN LATERAL (
      SELECT i.due_date, i.amount_minor, i.currency
        FROM instalments i
       WHERE i.policy_id = p.policy_id AND i.paid_at IS NULL
       ORDER BY i.due_date
       LIMIT 1
    ) owed ON true
   WHERE p.customer_id = ANY ($1::text[])
   ORDER BY p.policy_id`;
