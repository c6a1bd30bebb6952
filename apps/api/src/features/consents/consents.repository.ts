import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';
import type { ChoiceSource, ConsentEvent } from './consents.types.js';

export interface ChoiceRow {
  customerId: string;
  topic: string;
  granted: boolean;
  source: ChoiceSource;
  deliveryId: string | null;
  at: Date;
}

export interface TopicRow {
  topic: string;
  class: 'service' | 'marketing';
  granted: boolean;
  at: Date | null;
}

@Injectable()
export class ConsentsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Notes a customer's choice: the history gets a line and the state beside it changes, or neither does,
   * when it is what the customer had chosen already. Choices made at once are serialised by the state's key.
   * @returns whether anything changed.
   */
  async recordChoice(tx: Tx, choice: ChoiceRow): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `WITH changed AS (
         INSERT INTO consent_state AS now (customer_id, topic, granted, source, by_customer, at)
         VALUES ($1, $2, $3, $4, true, $5)
         ON CONFLICT (customer_id, topic) DO UPDATE
           SET granted = excluded.granted, source = excluded.source, by_customer = true, at = excluded.at
           WHERE now.granted <> excluded.granted OR NOT now.by_customer
         RETURNING now.*
       ), noted AS (
         INSERT INTO consent_events (customer_id, topic, granted, source, by_customer, delivery_id, at)
         SELECT customer_id, topic, granted, source, by_customer, $6::uuid, at FROM changed
         RETURNING 1
       )
       SELECT 1 FROM noted`,
      [choice.customerId, choice.topic, choice.granted, choice.source, choice.at, choice.deliveryId],
    );
    return rows.length > 0;
  }

  async findMarketing(customerId: string): Promise<{ granted: boolean; at: Date; source: string } | null> {
    const [row] = await this.dataSource.query<{ granted: boolean; at: Date; source: string }[]>(
      `SELECT granted, at, source FROM consent_state WHERE customer_id = $1 AND topic = '*'`,
      [customerId],
    );
    return row ?? null;
  }

  /**
   * The topics a customer can choose on: those of active campaigns, those with a choice already made, and
   * `linkTopic`. A topic of legal notices alone is left out: they are not a choice. One that a service and a
   * marketing campaign share counts as service, the class that a withdrawal of marketing leaves alone.
   */
  listTopics(customerId: string, linkTopic: string | null): Promise<TopicRow[]> {
    return this.dataSource.query<TopicRow[]>(
      `WITH known AS (
         SELECT v.definition ->> 'topic' AS topic,
                bool_or(v.definition ->> 'class' = 'service') AS service,
                bool_and(v.definition ->> 'class' = 'legal') AS legal,
                bool_or(c.state = 'active' AND c.active_version = v.version) AS active
         FROM campaign_versions v JOIN campaigns c USING (campaign_id)
         GROUP BY 1
       ), offered AS (
         SELECT topic FROM known WHERE active
         UNION SELECT topic FROM consent_state WHERE customer_id = $1
         UNION SELECT $2::text WHERE $2 IS NOT NULL
       )
       SELECT o.topic, CASE WHEN k.service THEN 'service' ELSE 'marketing' END AS class,
              coalesce(s.granted, true) AS granted, s.at
       FROM offered o
       LEFT JOIN known k ON k.topic = o.topic
       LEFT JOIN consent_state s ON s.customer_id = $1 AND s.topic = o.topic
       WHERE o.topic <> '*' AND k.legal IS NOT TRUE
       ORDER BY class DESC, o.topic`,
      [customerId, linkTopic],
    );
  }

  async findCustomer(customerId: string): Promise<{
    givenName: string | null;
    familyName: string | null;
    email: string | null;
    locale: string | null;
  } | null> {
    const [row] = await this.dataSource.query<
      { givenName: string | null; familyName: string | null; email: string | null; locale: string | null }[]
    >(
      `SELECT given_name AS "givenName", family_name AS "familyName", email, locale
       FROM customers WHERE customer_id = $1`,
      [customerId],
    );
    return row ?? null;
  }

  async listHistory(customerId: string, limit: number): Promise<ConsentEvent[]> {
    const rows = await this.dataSource.query<(Omit<ConsentEvent, 'at'> & { at: Date })[]>(
      `SELECT topic, granted, source, by_customer AS "byCustomer", at
       FROM consent_events WHERE customer_id = $1
       ORDER BY consent_event_id DESC LIMIT $2`,
      [customerId, limit],
    );
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }
}
