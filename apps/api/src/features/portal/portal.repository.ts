import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { PolicyStatus } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { PersonName } from '../../platform/auth/names.js';
import type { PolicyStanding } from './attention.js';
import type { PolicyRow } from './policy-view.js';

export interface Holder extends PersonName {
  /** Their own zone, else one of their policies'. */
  timeZone: string | null;
}

export interface InstalmentRow {
  dueDate: string;
  amountMinor: number | null;
  currency: string | null;
  paidAt: Date | null;
}

export interface TermRow {
  termNo: number;
  renewalDate: string | null;
  premiumMinor: number | null;
  currency: string | null;
  current: boolean;
}

export interface StatusChangeRow {
  on: string;
  from: PolicyStatus;
  to: PolicyStatus;
  transition: string;
}

/** Sort keys of a policy in a list: whether it is over, the date it is ordered by, its id. */
export type PolicyKeys = [rank: number, date: string, policyId: string];

const rank = `CASE WHEN p.status IN ('in_force', 'grace') THEN 0 ELSE 1 END`;
const listDate = `coalesce(p.renewal_date, p.end_date, p.start_date)`;

/** $1 customer, $2 today. */
const policySelect = `
  SELECT p.policy_id AS "policyId", p.line, p.product, p.status, p.status_since AS "statusSince",
         p.grace_ends_on AS "graceEndsOn", p.start_date AS "startDate", p.renewal_date AS "renewalDate",
         p.end_date AS "endDate", p.premium_minor AS "premiumMinor",
         p.previous_premium_minor AS "previousPremiumMinor", p.currency, p.payment_mode AS "paymentMode",
         p.sum_insured_minor AS "sumInsuredMinor", p.insured_object AS "insuredObject",
         p.do_not_renew AS "doNotRenew", p.term_no AS "termNo", p.time_zone AS "timeZone",
         owed.next_due AS "nextDueDate", next.amount_minor AS "nextAmountMinor", next.currency AS "nextCurrency",
         owed.overdue AS "overdueInstalments"
  FROM policies p
  CROSS JOIN LATERAL (
    SELECT min(due_date) AS next_due, count(*) FILTER (WHERE due_date < $2::date) AS overdue
    FROM instalments i WHERE i.policy_id = p.policy_id AND i.paid_at IS NULL
  ) owed
  LEFT JOIN instalments next ON next.policy_id = p.policy_id AND next.due_date = owed.next_due
  WHERE p.customer_id = $1`;

/** Reads what one customer holds. Every statement asks for the customer, so that nobody sees another's. */
@Injectable()
export class PortalRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async findHolder(customerId: string): Promise<Holder | null> {
    const [row] = await this.dataSource.query<Holder[]>(
      `SELECT given_name AS "givenName", family_name AS "familyName",
              coalesce(time_zone, (SELECT min(p.time_zone) FROM policies p
                                   WHERE p.customer_id = c.customer_id)) AS "timeZone"
       FROM customers c WHERE customer_id = $1`,
      [customerId],
    );
    return row ?? null;
  }

  /** Policies that run first, then those that are over; by renewal date within. */
  listPolicies(
    customerId: string,
    today: string,
    page: { when: 'current' | 'past' | null; after: PolicyKeys | null; limit: number },
  ): Promise<PolicyRow[]> {
    return this.dataSource.query<PolicyRow[]>(
      `${policySelect}
         AND ($3::int IS NULL OR ${rank} = $3)
         AND ($4::int IS NULL OR (${rank}, ${listDate}, p.policy_id) > ($4::int, $5::date, $6::text))
       ORDER BY ${rank}, ${listDate}, p.policy_id LIMIT $7`,
      [
        ...[customerId, today, page.when === null ? null : page.when === 'current' ? 0 : 1],
        ...(page.after ?? [null, null, null]),
        page.limit,
      ],
    );
  }

  async findPolicy(customerId: string, policyId: string, today: string): Promise<PolicyRow | null> {
    const [row] = await this.dataSource.query<PolicyRow[]>(`${policySelect} AND p.policy_id = $3`, [
      customerId,
      today,
      policyId,
    ]);
    return row ?? null;
  }

  /** Every policy of the customer with what is owed on it. */
  listStandings(customerId: string, today: string): Promise<PolicyStanding[]> {
    return this.dataSource.query<PolicyStanding[]>(
      `SELECT p.policy_id AS "policyId", p.line, p.product, p.status, p.status_since AS "statusSince",
              p.grace_ends_on AS "graceEndsOn", p.renewal_date AS "renewalDate",
              p.premium_minor AS "premiumMinor", p.previous_premium_minor AS "previousPremiumMinor",
              coalesce(p.currency, owed.currency) AS currency, p.do_not_renew AS "doNotRenew",
              owed.since AS "overdueSince", owed.amount AS "overdueMinor",
              owed.next_due AS "nextDueDate", next.amount_minor AS "nextDueMinor"
       FROM policies p
       CROSS JOIN LATERAL (
         SELECT min(due_date) FILTER (WHERE due_date < $2::date) AS since,
                sum(amount_minor) FILTER (WHERE due_date < $2::date)::bigint AS amount,
                min(due_date) FILTER (WHERE due_date >= $2::date) AS next_due,
                min(currency) AS currency
         FROM instalments i WHERE i.policy_id = p.policy_id AND i.paid_at IS NULL
       ) owed
       LEFT JOIN instalments next ON next.policy_id = p.policy_id AND next.due_date = owed.next_due
       WHERE p.customer_id = $1`,
      [customerId, today],
    );
  }

  listInstalments(policyId: string, limit: number): Promise<InstalmentRow[]> {
    return this.dataSource.query<InstalmentRow[]>(
      `SELECT * FROM (
         SELECT due_date AS "dueDate", amount_minor AS "amountMinor", currency, paid_at AS "paidAt"
         FROM instalments WHERE policy_id = $1 ORDER BY due_date DESC LIMIT $2
       ) newest ORDER BY "dueDate"`,
      [policyId, limit],
    );
  }

  listTerms(policyId: string): Promise<TermRow[]> {
    return this.dataSource.query<TermRow[]>(
      `SELECT term_no AS "termNo", renewal_date AS "renewalDate", premium_minor AS "premiumMinor", currency,
              true AS current
       FROM policies WHERE policy_id = $1
       UNION ALL
       SELECT term_no, renewal_date, premium_minor, currency, false FROM closed_terms WHERE policy_id = $1
       ORDER BY 1 DESC`,
      [policyId],
    );
  }

  listStatusChanges(policyId: string): Promise<StatusChangeRow[]> {
    return this.dataSource.query<StatusChangeRow[]>(
      `SELECT changed_on AS "on", from_status AS "from", to_status AS "to", transition
       FROM policy_status_changes WHERE policy_id = $1 ORDER BY change_id DESC`,
      [policyId],
    );
  }
}
