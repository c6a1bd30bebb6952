import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';

/** A part of one campaign step's due rows, released together. */
export interface ReleasedChunk {
  chunkId: string;
  class: string;
  priority: number;
  rows: number;
}

/** Which rows go to dispatch, and when. */
@Injectable()
export class ReleaseRepository {
  /**
   * Puts due rows of active campaigns into chunks: legal notices first, then service, then marketing; within a
   * class by priority, then by due time. Rows that another release is taking at this moment are passed over.
   *
   * @param mostRows how many rows to release
   * @param chunkRows the largest chunk
   */
  release(tx: Tx, asOf: Date, mostRows: number, chunkRows: number): Promise<ReleasedChunk[]> {
    return tx.query<ReleasedChunk[]>(
      `WITH due AS (
         SELECT waiting.*,
                array_position(ARRAY['legal', 'service', 'marketing'], waiting.class) AS class_order
           FROM campaigns c
          CROSS JOIN LATERAL (
            SELECT d.delivery_id, d.anchor_date, d.campaign_id, d.step, d.class, d.priority, d.due_at
              FROM deliveries d
             WHERE d.campaign_id = c.campaign_id AND d.state = 'planned' AND d.chunk_id IS NULL
               AND d.due_at <= $1 AND (d.next_attempt_at IS NULL OR d.next_attempt_at <= clock_timestamp())
             ORDER BY d.due_at
             LIMIT $2
               FOR UPDATE SKIP LOCKED
          ) waiting
          WHERE c.state = 'active'
          ORDER BY class_order, waiting.priority DESC, waiting.due_at
          LIMIT $2
       ), numbered AS (
         SELECT *, (row_number() OVER (PARTITION BY campaign_id, step, class ORDER BY due_at, delivery_id) - 1) / $3::int
                     AS part
           FROM due
       ), chunks AS (
         SELECT campaign_id, step, class, part, gen_random_uuid() AS chunk_id,
                max(priority) AS priority, count(*)::int AS size, min(class_order) AS class_order, min(due_at) AS first_due
           FROM numbered
          GROUP BY campaign_id, step, class, part
       ), released AS (
         UPDATE deliveries d
            SET chunk_id = chunks.chunk_id
           FROM numbered JOIN chunks USING (campaign_id, step, class, part)
          WHERE d.delivery_id = numbered.delivery_id AND d.anchor_date = numbered.anchor_date
       )
       SELECT chunk_id AS "chunkId", class, priority, size AS rows
         FROM chunks
        ORDER BY class_order, priority DESC, first_due`,
      [asOf, mostRows, chunkRows],
    );
  }

  /**
   * Ends the rows whose time ran out while they waited, of paused campaigns too. One that a mail server kept
   * putting off has failed; one that may have arrived stays in doubt.
   */
  async expire(tx: Tx, asOf: Date): Promise<void> {
    await tx.query(
      `UPDATE deliveries
          SET state = CASE WHEN doubted_at IS NOT NULL THEN 'in_doubt' WHEN attempts > 0 THEN 'failed' ELSE 'expired' END,
              reason = CASE WHEN doubted_at IS NOT NULL THEN 'not_resent'
                            WHEN attempts > 0 THEN 'temporary_failure' ELSE 'missed_window' END,
              state_at = clock_timestamp()
        WHERE state = 'planned' AND chunk_id IS NULL AND due_at <= $1 AND expires_at < $1`,
      [asOf],
    );
  }

  /** How many rows are released and not yet settled. */
  async countReleased(tx: Tx): Promise<number> {
    const [row] = await tx.query<[{ rows: number }]>(
      `SELECT count(*)::int AS rows
         FROM deliveries
        WHERE state IN ('planned', 'sending') AND chunk_id IS NOT NULL`,
    );
    return row.rows;
  }

  /** Open rows that are due: those that can go, and those that a campaign which is not active holds. */
  async countOpen(tx: Tx, asOf: Date): Promise<{ going: number; held: number }> {
    const [row] = await tx.query<[{ going: number; held: number }]>(
      `SELECT count(*) FILTER (WHERE c.state = 'active' OR d.state = 'sending')::int AS going,
              count(*) FILTER (WHERE c.state <> 'active' AND d.state = 'planned')::int AS held
         FROM deliveries d JOIN campaigns c USING (campaign_id)
        WHERE d.state IN ('planned', 'sending') AND d.due_at <= $1`,
      [asOf],
    );
    return row;
  }
}
