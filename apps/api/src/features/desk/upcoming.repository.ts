import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type {
  Campaign,
  Channel,
  ContactClass,
  CustomerFacts,
  FieldName,
  PlanEvent,
  PlanPolicy,
  TopicConsent,
} from '@aftercare/domain';
import { DataSource } from 'typeorm';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';
import { doNotContact } from '../deliveries/do-not-contact.types.js';

/** A customer as planning and the contact gate ask about them. */
export interface KnownCustomer {
  facts: Omit<CustomerFacts, 'policyCount' | 'lines'>;
  policies: PlanPolicy[];
  events: PlanEvent[];
  lastContactOn: string | null;
  consents: (Omit<TopicConsent, 'at'> & { at: string })[];
  /** Classes that must not be written to; null stands for marketing and service. */
  suppressedClasses: (ContactClass | null)[];
  isVulnerable: boolean;
  inLitigation: boolean;
  inTouchWithStaff: boolean;
}

export interface OpenDelivery {
  campaignKey: string;
  campaignName: string;
  step: string;
  subjectId: string;
  anchorDate: string;
  class: ContactClass;
  topic: string;
  channel: Channel;
  policyId: string | null;
  dueAt: Date;
  deliveryId: string;
}

/** Reads one customer, the campaigns that run, and what waits for the customer in the ledger. */
@Injectable()
export class UpcomingRepository {
  private readonly isDeceased: string;
  private readonly hasOpenComplaint: string;
  private readonly history: ReturnType<AudiencesService['history']>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    audiences: AudiencesService,
  ) {
    const isTrue = (field: FieldName) =>
      audiences.condition(
        'policy',
        { field, op: 'eq', value: true },
        { customer: 'c', policy: null, today: 'NULL::date' },
        new SqlParameters(),
      );
    this.isDeceased = isTrue('customer.isDeceased');
    this.hasOpenComplaint = isTrue('customer.hasOpenComplaint');
    this.history = audiences.history('c');
  }

  async findCustomer(customerId: string): Promise<KnownCustomer | null> {
    const states = doNotContact('c.customer_id');
    const [row] = await this.dataSource.query<KnownCustomer[]>(
      `SELECT jsonb_build_object(
                'id', c.customer_id, 'givenName', c.given_name, 'familyName', c.family_name, 'email', c.email,
                'phone', c.phone, 'birthDate', c.birth_date, 'locale', c.locale, 'timeZone', c.time_zone,
                'region', c.region, 'postalCode', c.postal_code, 'agentId', c.agent_id,
                'marketingConsent', EXISTS (SELECT FROM consent_state s WHERE s.customer_id = c.customer_id
                                              AND s.topic = '*' AND s.granted),
                'hasOpenComplaint', ${this.hasOpenComplaint},
                'isDeceased', ${this.isDeceased} OR ${states.deathReported}) AS facts,
              ${states.isVulnerable} AS "isVulnerable", ${states.inLitigation} AS "inLitigation",
              ${states.inTouchWithStaff} AS "inTouchWithStaff",
              coalesce((
                SELECT jsonb_agg(jsonb_build_object('facts', jsonb_build_object(
                  'id', p.policy_id, 'line', p.line, 'product', p.product, 'status', p.status,
                  'startDate', p.start_date, 'renewalDate', p.renewal_date, 'endDate', p.end_date,
                  'premiumMinor', p.premium_minor, 'previousPremiumMinor', p.previous_premium_minor,
                  'currency', p.currency, 'paymentMode', p.payment_mode,
                  'sumInsuredMinor', p.sum_insured_minor, 'doNotRenew', p.do_not_renew,
                  'timeZone', p.time_zone, 'termNumber', p.term_no, 'statusSince', p.status_since,
                  'graceEndsOn', p.grace_ends_on, 'renewed', false, 'firstUnpaidDueOn', unpaid.dates -> 0),
                  'unpaidDueDates', unpaid.dates, 'coolingOffEndsOn', p.cooling_off_ends_on) ORDER BY p.policy_id)
                FROM policies p
                CROSS JOIN LATERAL (
                  SELECT coalesce(jsonb_agg(i.due_date ORDER BY i.due_date), '[]') AS dates
                  FROM instalments i WHERE i.policy_id = p.policy_id AND i.paid_at IS NULL
                ) unpaid
                WHERE p.customer_id = c.customer_id), '[]') AS policies,
              ${this.history.events} AS events, ${this.history.lastContactOn} AS "lastContactOn",
              coalesce((
                SELECT jsonb_agg(jsonb_build_object('topic', s.topic, 'granted', s.granted, 'at', s.at,
                                                    'byCustomer', s.by_customer))
                FROM consent_state s WHERE s.customer_id = c.customer_id), '[]') AS consents,
              ARRAY(SELECT s.class FROM suppressions s
                    WHERE lower(s.address) = lower(c.email) AND s.lifted_at IS NULL) AS "suppressedClasses"
       FROM customers c WHERE c.customer_id = $1`,
      [customerId],
    );
    return row ?? null;
  }

  async listActiveCampaigns(): Promise<Campaign[]> {
    const rows = await this.dataSource.query<{ definition: Campaign }[]>(
      `SELECT v.definition FROM campaigns c
       JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.version = c.active_version
       WHERE c.state = 'active' ORDER BY c.key`,
    );
    return rows.map(({ definition }) => definition);
  }

  listOpen(customerId: string): Promise<OpenDelivery[]> {
    return this.dataSource.query<OpenDelivery[]>(
      `SELECT c.key AS "campaignKey", c.name AS "campaignName", d.step,
              d.subject_id AS "subjectId", d.anchor_date AS "anchorDate", d.class, d.topic, d.channel,
              d.policy_id AS "policyId", d.due_at AS "dueAt", d.delivery_id AS "deliveryId"
       FROM deliveries d JOIN campaigns c USING (campaign_id)
       WHERE d.customer_id = $1 AND d.state IN ('planned', 'sending')`,
      [customerId],
    );
  }
}
