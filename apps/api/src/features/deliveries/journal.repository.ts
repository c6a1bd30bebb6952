import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DatabaseAddress } from '../../platform/database/database-address.js';
import type { Change, Mark } from './deliveries.types.js';
import { LedgerParts } from './ledger-parts.js';
import { mayBegin } from './may-begin.js';
import { blocksOf } from './message-blocks.js';
import { plainArray, PreparedStatements } from './prepared-statement.js';

/** Of addresses that nobody reads. Left out of a write that knows of none: only to begin and end it is a tenth of the time. */
const suppressed = `
  suppressed AS (
    INSERT INTO suppressions (address, reason, evidence)
    SELECT DISTINCT ON (lower(suppress)) suppress, 'hard_bounce', reply
      FROM outcome
     WHERE suppress IS NOT NULL
       -- A look-up for each address; as an anti-join it would be allowed to read all suppressions.
       AND (SELECT s.suppression_id FROM suppressions s
             WHERE lower(s.address) = lower(suppress) AND s.lifted_at IS NULL AND s.class IS NULL LIMIT 1) IS NULL
  )`;

/**
 * Ends and beginnings of hand-overs in one statement, so that they share one commit.
 *
 * Every line is fenced: a row is changed only from the state its writer left it in and under the writer's own
 * claim. A writer that was thought dead, and whose row has since been put in doubt, may still settle it with the
 * word of a mail server, for that is what doubt waits for.
 */
const writeStatement = (ledger: string, suppresses: boolean) => `
  WITH outcome AS (
    UPDATE ${ledger} d
       SET state = o.next,
           reason = o.reason,
           state_at = clock_timestamp(),
           smtp_reply = coalesce(o.reply, d.smtp_reply),
           sent_at = CASE WHEN o.accepted THEN clock_timestamp() ELSE d.sent_at END,
           doubted_at = CASE WHEN o.doubted THEN coalesce(d.doubted_at, clock_timestamp()) ELSE d.doubted_at END,
           attempts = d.attempts + o.add_attempts,
           -- The statement's own time: rows of one letter stay together to the microsecond.
           next_attempt_at = coalesce(o.until, now() + o.retry_after * interval '1 second'),
           contact_on = coalesce(o.contact_on, d.contact_on),
           chunk_id = CASE WHEN o.next = 'planned' THEN NULL ELSE d.chunk_id END,
           claim = CASE WHEN o.next = 'planned' THEN NULL ELSE d.claim END,
           -- Whoever goes again goes in another letter, unless the first one may have arrived.
           merged_into = CASE WHEN o.next = 'planned' AND NOT o.doubted AND d.doubted_at IS NULL THEN NULL
                              ELSE d.merged_into END
      FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[],
                  $9::bool[], $10::bool[], $11::int[], $12::float8[], $13::text[], $14::timestamptz[], $15::date[])
        AS o (delivery_id, anchor_date, claim, prior, next, reason, reply, evidence,
              accepted, doubted, add_attempts, retry_after, suppress, until, contact_on)
     WHERE d.delivery_id = o.delivery_id AND d.anchor_date = o.anchor_date
       -- The join alone would let a plan read the ledger's whole index for each write: statistics know nothing of an
       -- array's rows. So the rows are named by key, and all partitions but theirs are left out beforehand.
       AND d.delivery_id = ANY ($1::uuid[]) AND d.anchor_date BETWEEN $28 AND $29
       AND ((d.state = o.prior AND d.claim = o.claim)
         OR (o.evidence AND ((d.state = 'in_doubt' AND d.claim = o.claim)
                          OR (d.state = 'planned' AND d.doubted_at IS NOT NULL))))
    RETURNING o.suppress, o.reply
  )${suppresses ? `, ${suppressed}` : ''}, marked AS (
    UPDATE ${ledger} d
       SET state = 'sending', reason = NULL, state_at = clock_timestamp(),
           recipient = m.recipient, message_id = m.message_id, merged_into = m.merged_into, subject_line = m.subject,
           block_id = m.block_id, block_start = m.start, block_length = m.length
      FROM unnest($16::uuid[], $17::date[], $18::uuid[], $19::text[], $20::text[], $21::uuid[], $22::text[], $23::uuid[],
                  $24::int[], $25::int[])
        AS m (delivery_id, anchor_date, claim, recipient, message_id, merged_into, subject, block_id, start, length)
     WHERE d.delivery_id = m.delivery_id AND d.anchor_date = m.anchor_date AND d.claim = m.claim
       AND d.delivery_id = ANY ($16::uuid[]) AND d.anchor_date BETWEEN $28 AND $29
       -- No message is begun once somebody has stopped all sending, or paused its campaign. Written again after a lost
       -- connection, the first writing may have come through.
       AND (d.state = 'planned' AND ${mayBegin} OR $27::bool AND d.state = 'sending')
    RETURNING d.delivery_id, d.block_id
  ), blocks AS (
    INSERT INTO message_blocks (block_id, anchor_month, dictionary_id, zstd)
    SELECT block_id, anchor_month, dictionary_id, substring($26::bytea FROM start FOR length)
      FROM unnest($30::uuid[], $31::date[], $32::int[], $33::int[], $34::int[])
        AS b (block_id, anchor_month, dictionary_id, start, length)
     -- Of letters that do not go after all nothing is kept.
     WHERE block_id IN (SELECT block_id FROM marked)
  )
  SELECT delivery_id AS "deliveryId" FROM marked`;

/** Writes what dispatch does with rows. */
@Injectable()
export class JournalRepository implements OnApplicationShutdown {
  private readonly statements: PreparedStatements;
  private readonly parts: LedgerParts;

  constructor(address: DatabaseAddress) {
    // Rows named by key are put together with what is written of them: by comparing each with each, it would take
    // twice as long a row for twice as many rows.
    this.statements = new PreparedStatements(address, { enable_hashjoin: 'on', enable_nestloop: 'off' });
    this.parts = new LedgerParts(this.statements);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.statements.close();
  }

  /**
   * Writes changes and marks, all or none; those whose row has got away are left out without a word.
   * @param again whether the same marks may have been written before, by this very writer
   * @returns the ids of the rows that are now marked as being handed over
   */
  async write(changes: readonly Change[], marks: readonly Mark[], again: boolean): Promise<Set<string>> {
    const { blocks, places } = blocksOf(marks);
    let end = 1;
    // SQL counts from one.
    const starts = blocks.map(({ zstd }) => (end += zstd.length) - zstd.length);
    const of = <Item, Key extends keyof Item>(items: readonly Item[], key: Key): Item[Key][] =>
      items.map((item) => item[key]);
    const plain = <Key extends string>(
      items: readonly Readonly<Record<Key, string | number | boolean | Date | null>>[],
      key: Key,
    ): string => plainArray(items.map((item) => item[key]));
    const anchors = [...changes, ...marks].map(({ anchorDate }) => anchorDate).sort();
    const ledger = await this.parts.holding(anchors[0]!, anchors.at(-1)!);
    const suppresses = changes.some(({ suppress }) => suppress !== null);
    const rows = await this.statements.run<{ deliveryId: string }>(
      `journal of ${ledger}${suppresses ? ', with suppressions' : ''}`,
      writeStatement(ledger, suppresses),
      [
        plain(changes, 'deliveryId'),
        plain(changes, 'anchorDate'),
        plain(changes, 'claim'),
        plain(changes, 'from'),
        plain(changes, 'to'),
        of(changes, 'reason'),
        of(changes, 'smtpReply'),
        plain(changes, 'isEvidence'),
        plain(changes, 'accepted'),
        plain(changes, 'doubted'),
        plain(changes, 'addAttempts'),
        plain(changes, 'retryAfter'),
        of(changes, 'suppress'),
        plain(changes, 'until'),
        plain(changes, 'contactOn'),
        plain(marks, 'deliveryId'),
        plain(marks, 'anchorDate'),
        plain(marks, 'claim'),
        of(marks, 'recipient'),
        of(marks, 'messageId'),
        plain(marks, 'mergedInto'),
        of(marks, 'subject'),
        plain(places, 'blockId'),
        plain(places, 'start'),
        plain(places, 'length'),
        Buffer.concat(of(blocks, 'zstd')),
        again,
        anchors[0],
        anchors.at(-1),
        plain(blocks, 'blockId'),
        plain(blocks, 'anchorMonth'),
        plain(blocks, 'dictionaryId'),
        starts,
        blocks.map(({ zstd }) => zstd.length),
      ],
    );
    return new Set(rows.map(({ deliveryId }) => deliveryId));
  }
}
