import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ContactClass, FieldName, Line, PolicyStatus } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { PersonName } from '../../platform/auth/names.js';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';
import type { CustomerQuery, Flag } from './customers.schemas.js';

export interface CustomerRecord extends PersonName {
  customerId: string;
  email: string | null;
  phone: string | null;
  birthDate: string | null;
  region: string | null;
  postalCode: string | null;
  agentId: string | null;
  locale: string | null;
  timeZone: string | null;
  createdAt: Date;
  updatedAt: Date;
  policyCount: number;
  lines: Line[];
  statuses: PolicyStatus[];
  marketingGranted: boolean;
  flags: Flag[];
  lastSentAt: Date | null;
  /** What the list is sorted by, as text that keeps its whole precision. */
  sortedBy: string;
}

export interface SuppressionRow {
  address: string;
  class: ContactClass | null;
  reason: string;
  evidence: string | null;
  createdAt: Date;
}

const familyFirst = `lower(replace(coalesce(c.family_name, '') || coalesce(c.given_name, ''), ' ', '')) COLLATE "C"`;
const givenFirst = `lower(replace(coalesce(c.given_name, '') || coalesce(c.family_name, ''), ' ', '')) COLLATE "C"`;
const updatedAt = `to_char(c.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Rows counted before a list says that there are more. */
const countedAtMost = 10_000;

/** Finds customers and reads one. */
@Injectable()
export class CustomersRepository {
  /** What each flag means of a row `c` of customers. */
  private readonly flagged: Record<Flag, string>;

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
    this.flagged = {
      deceased: isTrue('customer.isDeceased'),
      complaint: isTrue('customer.hasOpenComplaint'),
      suppressed: `EXISTS (SELECT FROM suppressions s WHERE lower(s.address) = lower(c.email) AND s.lifted_at IS NULL)`,
      do_not_renew: `EXISTS (SELECT FROM policies p WHERE p.customer_id = c.customer_id AND p.do_not_renew)`,
      no_address: `c.email IS NULL`,
      orphan: `c.agent_id IS NULL`,
    };
  }

  list(
    query: CustomerQuery,
    after: [sortedBy: string, customerId: string] | null,
  ): Promise<CustomerRecord[]> {
    const [sortedBy, compared, cast] = query.sort.endsWith('name')
      ? [familyFirst, familyFirst, 'text']
      : [updatedAt, 'c.updated_at', 'timestamptz'];
    const [past, direction] = query.sort.startsWith('-') ? ['<', 'DESC'] : ['>', 'ASC'];
    const parameters = new SqlParameters();
    const where = this.where(query, parameters);
    if (after) {
      where.push(
        `(${compared}, c.customer_id) ${past} (${parameters.add(after[0], cast)}, ${parameters.add(after[1], 'text')})`,
      );
    }
    return this.dataSource.query<CustomerRecord[]>(
      `${this.select(sortedBy)} FROM (
         SELECT c.* FROM customers c WHERE ${where.join(' AND ')}
         ORDER BY ${compared} ${direction}, c.customer_id ${direction} LIMIT ${parameters.add(query.limit + 1, 'int')}
       ) c ORDER BY ${compared} ${direction}, c.customer_id ${direction}`,
      parameters.values,
    );
  }

  /** How many there are, or null when there are too many to count for a page. */
  async count(query: CustomerQuery): Promise<number | null> {
    const parameters = new SqlParameters();
    const where = this.where(query, parameters).join(' AND ');
    const [row] = await this.dataSource.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM (
         SELECT FROM customers c WHERE ${where} LIMIT ${parameters.add(countedAtMost + 1, 'int')}
       ) counted`,
      parameters.values,
    );
    return row.total > countedAtMost ? null : row.total;
  }

  async find(customerId: string): Promise<CustomerRecord | null> {
    const [row] = await this.dataSource.query<CustomerRecord[]>(
      `${this.select(`''`)} FROM customers c WHERE c.customer_id = $1`,
      [customerId],
    );
    return row ?? null;
  }

  listSuppressions(email: string | null): Promise<SuppressionRow[]> {
    return this.dataSource.query<SuppressionRow[]>(
      `SELECT address, class, reason, evidence, created_at AS "createdAt" FROM suppressions
       WHERE lower(address) = lower($1) AND lifted_at IS NULL ORDER BY suppression_id DESC`,
      [email],
    );
  }

  /** Every part of the row is a look-up by key, so a page costs the same however large the book. */
  private select(sortedBy: string): string {
    const flagList = Object.entries(this.flagged).map(([flag, sql]) => `CASE WHEN ${sql} THEN '${flag}' END`);
    return `
      SELECT c.customer_id AS "customerId", c.given_name AS "givenName", c.family_name AS "familyName", c.email,
             c.phone, c.birth_date AS "birthDate", c.region, c.postal_code AS "postalCode",
             c.agent_id AS "agentId", c.locale, c.time_zone AS "timeZone", c.created_at AS "createdAt",
             c.updated_at AS "updatedAt", ${sortedBy} AS "sortedBy",
             (SELECT count(*)::int FROM policies p WHERE p.customer_id = c.customer_id) AS "policyCount",
             ARRAY(SELECT DISTINCT line FROM policies p WHERE p.customer_id = c.customer_id ORDER BY 1) AS lines,
             ARRAY(SELECT DISTINCT status FROM policies p WHERE p.customer_id = c.customer_id ORDER BY 1) AS statuses,
             EXISTS (SELECT FROM consent_state s WHERE s.customer_id = c.customer_id AND s.topic = '*'
                       AND s.granted) AS "marketingGranted",
             array_remove(ARRAY[${flagList.join(', ')}], NULL) AS flags,
             (SELECT max(d.sent_at) FROM deliveries d WHERE d.customer_id = c.customer_id) AS "lastSentAt"`;
  }

  private where(query: CustomerQuery, parameters: SqlParameters): string[] {
    const where = ['true'];
    const ofPolicies = (condition: string) =>
      where.push(`EXISTS (SELECT FROM policies p WHERE p.customer_id = c.customer_id AND ${condition})`);
    if (query.q) where.push(`c.customer_id IN (${this.matching(query.q, parameters)})`);
    if (query.line) ofPolicies(`p.line = ${parameters.add(query.line, 'text')}`);
    if (query.status) ofPolicies(`p.status = ${parameters.add(query.status, 'text')}`);
    if (query.consent) {
      const granted = `EXISTS (SELECT FROM consent_state s WHERE s.customer_id = c.customer_id AND s.topic = '*' AND s.granted)`;
      where.push(query.consent === 'granted' ? granted : `NOT ${granted}`);
    }
    // Few ever complained: only they are asked whether it is still open.
    if (query.flag === 'complaint') {
      where.push(
        `c.customer_id IN (SELECT customer_id FROM customer_events WHERE type = 'complaint_opened')`,
      );
    }
    if (query.flag) where.push(this.flagged[query.flag]);
    return where;
  }

  /**
   * Ids of the customers whom a search text is the beginning of something of: a look-up in one index each. Ids are
   * compared as they are and in capitals, for those who type them in small letters.
   */
  private matching(search: string, parameters: SqlParameters): string {
    const asIs = parameters.add(search, 'text');
    const small = parameters.add(search.toLowerCase(), 'text');
    const large = parameters.add(search.toUpperCase(), 'text');
    const joined = parameters.add(search.toLowerCase().replaceAll(/\s/gu, ''), 'text');
    return [
      `SELECT customer_id FROM customers c WHERE starts_with(${familyFirst}, ${joined})`,
      `SELECT customer_id FROM customers c WHERE starts_with(${givenFirst}, ${joined})`,
      `SELECT customer_id FROM customers c WHERE starts_with(lower(c.email), ${small})`,
      `SELECT customer_id FROM customers c WHERE starts_with(c.phone COLLATE "C", ${asIs})`,
      `SELECT customer_id FROM customers c WHERE starts_with(c.customer_id, ${asIs}) OR starts_with(c.customer_id, ${large})`,
      `SELECT customer_id FROM policies p WHERE starts_with(p.policy_id, ${asIs}) OR starts_with(p.policy_id, ${large})`,
    ].join('\nUNION ');
  }
}
