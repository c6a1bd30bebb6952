import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Channel, DeliveryState } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import { SqlParameters } from '../audiences/audiences.types.js';
import type { EvidenceKind } from '../inbound/evidence.types.js';
import type { DeliveryQuery } from './deliveries.schemas.js';
import { deliveryCondition } from './delivery-filter.js';

/** A ledger row as the desk shows it. */
export interface ListedDelivery {
  deliveryId: string;
  anchorDate: string;
  campaignKey: string;
  campaignName: string;
  campaignVersion: number;
  step: string;
  customerId: string;
  givenName: string | null;
  familyName: string | null;
  policyId: string | null;
  class: 'legal' | 'service' | 'marketing';
  topic: string;
  channel: Channel;
  template: string;
  variant: string | null;
  mergedInto: string | null;
  contactOn: string;
  state: DeliveryState;
  reason: string | null;
  dueAt: Date;
  stateAt: Date;
  sentAt: Date | null;
  expiresAt: Date;
  nextAttemptAt: Date | null;
  attempts: number;
  recipient: string | null;
  messageId: string | null;
  smtpReply: string | null;
  timeZone: string;
  hasMessage: boolean;
  /** The subject of the message, once there was one. */
  subject: string | null;
  /** What the list is sorted by, in microseconds: a JavaScript Date would round it. */
  sortedBy: number;
}

/** Where a page of a list ended. */
export interface ListPosition {
  at: number;
  id: string;
}

/** A report about a letter. */
export interface ListedEvidence {
  kind: EvidenceKind;
  source: string;
  at: Date;
  address: string | null;
  status: string | null;
  detail: string | null;
  excerpt: string | null;
  believed: boolean;
}

export interface FunnelLine {
  step: string;
  state: DeliveryState;
  reason: string | null;
  count: number;
}

/** Counting further than this makes a list slow, and says no more than "many". */
const countedAtMost = 10_000;

const source = `
  FROM deliveries d
  JOIN campaigns c USING (campaign_id)
  LEFT JOIN customers u USING (customer_id)`;

const columns = (sortColumn: string) => `
  SELECT d.delivery_id AS "deliveryId", d.anchor_date AS "anchorDate", c.key AS "campaignKey", c.name AS "campaignName",
         d.campaign_version AS "campaignVersion", d.step, d.customer_id AS "customerId", u.given_name AS "givenName",
         u.family_name AS "familyName", d.policy_id AS "policyId", d.class, d.topic, d.channel, d.template, d.variant,
         d.merged_into AS "mergedInto", d.contact_on AS "contactOn", d.state, d.reason,
         d.due_at AS "dueAt", d.state_at AS "stateAt", d.sent_at AS "sentAt", d.expires_at AS "expiresAt",
         d.next_attempt_at AS "nextAttemptAt", d.attempts, d.recipient, d.message_id AS "messageId",
         d.smtp_reply AS "smtpReply", coalesce(u.time_zone, p.time_zone, 'UTC') AS "timeZone",
         d.block_id IS NOT NULL AS "hasMessage", d.subject_line AS subject,
         (extract(epoch FROM ${sortColumn}) * 1000000)::bigint AS "sortedBy"`;

const joins = `
  LEFT JOIN policies p USING (policy_id)`;

/** What the desk reads of the ledger. */
@Injectable()
export class DeliveriesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  list(query: DeliveryQuery, after: ListPosition | null, now: Date): Promise<ListedDelivery[]> {
    const parameters = new SqlParameters();
    const descending = query.sort.startsWith('-');
    const column = query.sort.endsWith('stateAt') ? 'd.state_at' : 'd.due_at';
    const direction = descending ? 'DESC' : 'ASC';
    let condition = deliveryCondition(query, now, parameters);
    if (after) {
      const at = `timestamptz 'epoch' + ${parameters.add(after.at, 'bigint')} * interval '1 microsecond'`;
      condition += ` AND (${column}, d.delivery_id) ${descending ? '<' : '>'} (${at}, ${parameters.add(after.id, 'uuid')})`;
    }
    return this.dataSource.query<ListedDelivery[]>(
      `${columns(column)} ${source} ${joins} WHERE ${condition}
       ORDER BY ${column} ${direction}, d.delivery_id ${direction}
       LIMIT ${parameters.add(query.limit + 1, 'int')}`,
      parameters.values,
    );
  }

  /** How many rows there are; null when they are too many to count for a list. */
  async count(query: DeliveryQuery, now: Date): Promise<number | null> {
    const parameters = new SqlParameters();
    const [row] = await this.dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int AS count
         FROM (SELECT ${source} WHERE ${deliveryCondition(query, now, parameters)} LIMIT ${countedAtMost + 1}) counted`,
      parameters.values,
    );
    return row.count > countedAtMost ? null : row.count;
  }

  async find(deliveryId: string): Promise<ListedDelivery | null> {
    const [row] = await this.dataSource.query<ListedDelivery[]>(
      `${columns('d.due_at')} ${source} ${joins} WHERE d.delivery_id = $1`,
      [deliveryId],
    );
    return row ?? null;
  }

  /** What was reported of a letter, by the delivery that leads it. */
  listEvidence(leaderId: string): Promise<ListedEvidence[]> {
    return this.dataSource.query<ListedEvidence[]>(
      `SELECT kind, source, at, address, status, detail, excerpt, believed
         FROM delivery_evidence WHERE delivery_id = $1 ORDER BY evidence_id LIMIT 100`,
      [leaderId],
    );
  }

  /** A campaign's rows by step, state and reason. */
  funnel(
    campaignId: string,
    filter: { dueFrom: Date | null; dueTo: Date | null; step: string | null },
  ): Promise<FunnelLine[]> {
    return this.dataSource.query<FunnelLine[]>(
      `SELECT step, state, reason, count(*)::int AS count
         FROM deliveries
        WHERE campaign_id = $1
          AND ($2::timestamptz IS NULL OR due_at >= $2) AND ($3::timestamptz IS NULL OR due_at < $3)
          AND ($4::text IS NULL OR step = $4)
        GROUP BY step, state, reason
        ORDER BY step, state, reason`,
      [campaignId, filter.dueFrom, filter.dueTo, filter.step],
    );
  }

  /** Rows due in [from, to) by campaign and state. */
  countByCampaign(
    from: Date,
    to: Date,
  ): Promise<{ campaignId: string; state: DeliveryState; count: number }[]> {
    return this.dataSource.query(
      `SELECT campaign_id AS "campaignId", state, count(*)::int AS count
         FROM deliveries
        WHERE due_at >= $1 AND due_at < $2
        GROUP BY campaign_id, state`,
      [from, to],
    );
  }
}
