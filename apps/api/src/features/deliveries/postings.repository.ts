import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { DeliveryKey } from './deliveries.types.js';
import { mayBegin } from './may-begin.js';

/** A notice for the member's pages, or a task for the desk; done as soon as it is written. */
export interface Posting extends DeliveryKey {
  claim: string;
  channel: 'portal' | 'task';
  /** The notice's subject or the task's title. */
  title: string;
  /** The notice's words or the task's instructions. */
  text: string;
}

/** Writes what rows put on the members' pages and on the desk. */
@Injectable()
export class PostingsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Writes postings and ends their rows as sent, in one statement: there is never one without the other. A row that
   * is no longer this claim's to send gets neither.
   * @returns how many were written
   */
  async write(postings: readonly Posting[]): Promise<number> {
    const of = <Key extends keyof Posting>(key: Key) => postings.map((posting) => posting[key]);
    const [{ count }] = await this.dataSource.query<[{ count: number }]>(
      `WITH posted AS (
         UPDATE deliveries d
            SET state = 'sent', reason = NULL, state_at = clock_timestamp(), sent_at = clock_timestamp()
           FROM unnest($1::uuid[], $2::date[], $3::uuid[]) AS p (delivery_id, anchor_date, claim)
          WHERE d.delivery_id = p.delivery_id AND d.anchor_date = p.anchor_date AND d.claim = p.claim
            AND d.delivery_id = ANY ($1::uuid[]) AND d.anchor_date BETWEEN $7 AND $8
            AND d.state = 'planned' AND ${mayBegin}
         RETURNING d.*
       ), written AS (
         SELECT posted.*, w.channel AS by, w.title, w.text AS words
           FROM posted
           JOIN unnest($1::uuid[], $4::text[], $5::text[], $6::text[]) AS w (delivery_id, channel, title, text)
          USING (delivery_id)
       ), notices AS (
         INSERT INTO portal_notices (delivery_id, anchor_date, customer_id, policy_id, topic, subject, text, published_at)
         SELECT delivery_id, anchor_date, customer_id, policy_id, topic, title, words, sent_at
           FROM written WHERE by = 'portal'
       ), tasks AS (
         INSERT INTO staff_tasks (delivery_id, anchor_date, customer_id, policy_id, campaign_id, title, instructions,
                                  due_on, opened_at)
         SELECT delivery_id, anchor_date, customer_id, policy_id, campaign_id, title, words, contact_on, sent_at
           FROM written WHERE by = 'task'
       )
       SELECT count(*)::int AS count FROM posted`,
      [
        ...[of('deliveryId'), of('anchorDate'), of('claim'), of('channel'), of('title'), of('text')],
        ...[of('anchorDate').sort()[0], of('anchorDate').sort().at(-1)],
      ],
    );
    return count;
  }
}
