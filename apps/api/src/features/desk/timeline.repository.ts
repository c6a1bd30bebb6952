import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { TimelineItem, TimelineType } from './timeline.schemas.js';

export interface TimelineRow {
  /** To the microsecond, which a JavaScript date cannot hold: for cursors. */
  atExactly: string;
  key: string;
  item: TimelineItem;
}

/**
 * A civil date as a point on the timeline: the moment it was noted when that was the same day, else the day's
 * beginning.
 */
const momentOf = (date: string, notedAt: string) =>
  `CASE WHEN (${notedAt} AT TIME ZONE 'UTC')::date = ${date} THEN ${notedAt}
        ELSE ${date}::timestamp AT TIME ZONE 'UTC' END`;

/** One part a type: when (at), a key that is the item's own (key), and what is shown (item). $1 is the customer. */
const parts: Record<TimelineType, string> = {
  delivery: `
    SELECT coalesce(d.sent_at, d.state_at) AS at, 'delivery:' || d.delivery_id AS key,
           jsonb_build_object('deliveryId', d.delivery_id, 'campaignKey', c.key, 'campaignName', c.name,
             'step', d.step, 'class', d.class, 'subject', d.subject_line, 'state', d.state, 'reason', d.reason,
             'policyId', d.policy_id, 'hasMessage', d.block_id IS NOT NULL) AS item
    FROM deliveries d JOIN campaigns c USING (campaign_id)
    WHERE d.customer_id = $1`,
  policy_status: `
    SELECT ${momentOf('s.changed_on', 's.recorded_at')}, 'policy_status:' || lpad(s.change_id::text, 19, '0'),
           jsonb_build_object('policyId', p.policy_id, 'line', p.line, 'product', p.product,
             'from', s.from_status, 'to', s.to_status, 'transition', s.transition)
    FROM policies p JOIN policy_status_changes s USING (policy_id) WHERE p.customer_id = $1`,
  policy_started: `
    SELECT p.start_date::timestamp AT TIME ZONE 'UTC', 'policy_started:' || p.policy_id,
           jsonb_build_object('policyId', p.policy_id, 'line', p.line, 'product', p.product)
    FROM policies p WHERE p.customer_id = $1`,
  // A sign-in mail is an event too. The visit that it led to is one of the customer's own.
  event: `
    SELECT e.at, 'event:' || e.event_id,
           jsonb_build_object('eventId', e.event_id, 'event', e.type, 'policyId', e.policy_id, 'data', e.data)
    FROM customer_events e WHERE e.customer_id = $1
    UNION ALL
    SELECT l.sent_at, 'event:sign_in_link_sent:' || encode(l.token_hash, 'hex'),
           jsonb_build_object('eventId', 'sign_in_link_sent:' || left(encode(l.token_hash, 'hex'), 16),
             'event', 'sign_in_link_sent', 'policyId', NULL, 'data', NULL)
    FROM sign_in_links l WHERE l.customer_id = $1 AND l.sent_at IS NOT NULL`,
  consent: `
    SELECT e.at, 'consent:' || lpad(e.consent_event_id::text, 19, '0'),
           jsonb_build_object('topic', e.topic, 'granted', e.granted, 'source', e.source,
             'byCustomer', e.by_customer)
    FROM consent_events e WHERE e.customer_id = $1`,
  payment: `
    SELECT i.paid_at, 'payment:' || i.policy_id || ':' || i.due_date,
           jsonb_build_object('policyId', i.policy_id, 'dueDate', i.due_date, 'amountMinor', i.amount_minor,
             'currency', i.currency)
    FROM policies p JOIN instalments i USING (policy_id)
    WHERE p.customer_id = $1 AND i.paid_at IS NOT NULL`,
};

/** Reads everything that has happened with one customer, in one order. */
@Injectable()
export class TimelineRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async list(
    customerId: string,
    types: readonly TimelineType[],
    page: { now: Date; after: [at: string, key: string] | null; limit: number },
  ): Promise<TimelineRow[]> {
    // Each part names its columns itself, so that any of them may come first.
    const all = types.map(
      (type) => `SELECT '${type}' AS type, part.* FROM (${parts[type]}) part (at, key, item)`,
    );
    const rows = await this.dataSource.query<
      { at: Date; atExactly: string; key: string; type: TimelineType; item: object }[]
    >(
      `SELECT at, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "atExactly", key, type, item
       FROM (${all.join('\nUNION ALL\n')}) timeline
       WHERE at <= $2 AND ($3::timestamptz IS NULL OR (at, key COLLATE "C") < ($3::timestamptz, $4::text COLLATE "C"))
       ORDER BY at DESC, key COLLATE "C" DESC LIMIT $5`,
      [customerId, page.now, ...(page.after ?? [null, null]), page.limit],
    );
    return rows.map(({ at, atExactly, key, type, item }) => {
      return { atExactly, key, item: { type, at: at.toISOString(), ...item } as TimelineItem };
    });
  }
}
