import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Channel } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { resentClasses, type DispatchRow } from './deliveries.types.js';

/** A row of a chunk, claimed by the attempt that may send it. */
export interface ClaimedRow extends DispatchRow {
  claim: string;
  campaignId: string;
  campaignVersion: number;
  step: string;
  customerId: string;
  policyId: string | null;
  termNo: number | null;
  topic: string;
  channel: Channel;
  template: string;
  /** The arm of its step's experiment. */
  variant: string | null;
  /** The customer's local day on which it goes. */
  contactOn: string;
  /** The message it may have gone in, or been tried with, before. */
  messageId: string | null;
  /** The address that it was released for, lower-cased; null where it goes to none. */
  recipient: string | null;
  dueAt: Date;
  expiresAt: Date;
}

/** A {@link ClaimedRow} in SQL. */
const columns = `
  delivery_id AS "deliveryId", anchor_date AS "anchorDate", claim, class, attempts,
  doubted_at IS NOT NULL AS doubted, campaign_id AS "campaignId", campaign_version AS "campaignVersion", step,
  customer_id AS "customerId", policy_id AS "policyId", term_no AS "termNo", topic, channel, template, variant,
  contact_on AS "contactOn", message_id AS "messageId", recipient, due_at AS "dueAt", expires_at AS "expiresAt"`;

/** A chunk as one attempt has taken it over. */
export interface ClaimedChunk {
  chunkId: string;
  /** What its rows bear from now on: whoever writes under another claim writes nothing. */
  claim: string;
  /** The first and the last anchor date that its rows can have. */
  anchors: readonly [first: string, last: string];
  rows: ClaimedRow[];
}

/** The rows of one chunk job. */
@Injectable()
export class ChunkRepository {
  /**
   * Takes a chunk over from whoever worked on it before. Nobody has when it is taken up for the first time: then its
   * rows bear their claim already, and are only read.
   */
  async claim(tx: Tx, chunkId: string): Promise<ClaimedChunk> {
    const [chunk] = await tx.query<{ claims: number; first: string; last: string }[]>(
      `WITH claimed AS (
         UPDATE dispatch_chunks SET claims = claims + 1 WHERE chunk_id = $1 RETURNING claims, first_anchor, last_anchor
       )
       SELECT claims, first_anchor AS first, last_anchor AS last FROM claimed`,
      [chunkId],
    );
    // One that was worked off is not known any more, and its rows may lie anywhere.
    const anchors = chunk ? ([chunk.first, chunk.last] as const) : (['-infinity', 'infinity'] as const);
    if (chunk?.claims !== 1) {
      const claim = randomUUID();
      return { chunkId, claim, anchors, rows: await this.takeOver(tx, chunkId, claim, anchors) };
    }
    const rows = await tx.query<ClaimedRow[]>(
      `SELECT ${columns} FROM deliveries
        WHERE chunk_id = $1 AND anchor_date BETWEEN $2 AND $3 AND state = 'planned'
        ORDER BY due_at, delivery_id`,
      [chunkId, ...anchors],
    );
    return { chunkId, claim: chunkId, anchors, rows };
  }

  /**
   * Settles what another attempt left half done: rows marked as being handed over may or may not have arrived. Those
   * of a class that may be sent twice get one more attempt; the others stay in doubt, under the old claim, by which a
   * worker that was only thought dead can still settle them.
   */
  private async takeOver(
    tx: Tx,
    chunkId: string,
    claim: string,
    anchors: ClaimedChunk['anchors'],
  ): Promise<ClaimedRow[]> {
    await tx.query(
      `WITH doubtful AS (
         SELECT delivery_id, anchor_date, (class = ANY ($3::text[]) AND doubted_at IS NULL) AS once_more
           FROM deliveries
          WHERE chunk_id = $1 AND anchor_date BETWEEN $4 AND $5 AND state = 'sending'
            FOR UPDATE
       )
       UPDATE deliveries d
          SET state = CASE WHEN once_more THEN 'planned' ELSE 'in_doubt' END,
              claim = CASE WHEN once_more THEN $2 ELSE claim END,
              reason = 'worker_lost', state_at = clock_timestamp(), doubted_at = coalesce(doubted_at, clock_timestamp())
         FROM doubtful
        WHERE d.delivery_id = doubtful.delivery_id AND d.anchor_date = doubtful.anchor_date
          AND d.anchor_date BETWEEN $4 AND $5`,
      [chunkId, claim, resentClasses, ...anchors],
    );
    return tx.query<ClaimedRow[]>(
      `WITH claimed AS (
         UPDATE deliveries SET claim = $2
          WHERE chunk_id = $1 AND anchor_date BETWEEN $3 AND $4 AND state = 'planned'
         RETURNING *
       )
       SELECT ${columns} FROM claimed ORDER BY due_at, delivery_id`,
      [chunkId, claim, ...anchors],
    );
  }

  /**
   * Gives back what an attempt has claimed and not begun, to be released again. Without open rows the chunk is worked
   * off: another attempt may have some of them still.
   */
  async giveBack(tx: Tx, { chunkId, claim, anchors }: ClaimedChunk, reason: string | null): Promise<void> {
    await tx.query(
      `UPDATE deliveries
          SET chunk_id = NULL, claim = NULL, reason = coalesce($3, reason), state_at = clock_timestamp()
        WHERE chunk_id = $1 AND anchor_date BETWEEN $4 AND $5 AND claim = $2 AND state = 'planned'`,
      [chunkId, claim, reason, ...anchors],
    );
    await tx.query(
      `DELETE FROM dispatch_chunks c
        WHERE chunk_id = $1
          AND NOT EXISTS (SELECT FROM deliveries d
                           WHERE d.chunk_id = $1 AND d.anchor_date BETWEEN $2 AND $3 AND d.state IN ('planned', 'sending'))`,
      [chunkId, ...anchors],
    );
  }

  /** Chunks that are released and not yet worked off. */
  async openChunks(tx: Tx): Promise<string[]> {
    const rows = await tx.query<{ chunkId: string }[]>(`SELECT chunk_id AS "chunkId" FROM dispatch_chunks`);
    return rows.map(({ chunkId }) => chunkId);
  }
}
