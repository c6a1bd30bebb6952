import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import type { Evidence } from './evidence.types.js';

/** A row that a report is about: the one that leads the letter, or one that it carries. */
export interface ReportedRow {
  deliveryId: string;
  anchorDate: string;
  /** The row that leads its letter. */
  leaderId: string;
  customerId: string;
  recipient: string | null;
  sentAt: Date | null;
}

/** How a report settles a row. */
export interface Settlement {
  deliveryId: string;
  anchorDate: string;
  to: 'sent' | 'bounced';
  reason: string | null;
}

/** A report without a delivery's name is tied to the last letter of so many days. */
const lookBackDays = 30;

/** Keeps what was reported, and settles rows by it. */
@Injectable()
export class EvidenceRepository {
  /** The letters that these deliveries went in: all rows of each. */
  letters(tx: Tx, deliveryIds: readonly string[]): Promise<ReportedRow[]> {
    return tx.query<ReportedRow[]>(
      `WITH leaders AS (
         SELECT DISTINCT coalesce(d.merged_into, d.delivery_id) AS id
           FROM deliveries d WHERE d.delivery_id = ANY ($1::uuid[])
       ), members AS (
         SELECT d.* FROM deliveries d WHERE d.delivery_id = ANY (ARRAY(SELECT id FROM leaders))
         UNION ALL
         SELECT d.* FROM deliveries d WHERE d.merged_into = ANY (ARRAY(SELECT id FROM leaders))
       )
       SELECT delivery_id AS "deliveryId", anchor_date AS "anchorDate",
              coalesce(merged_into, delivery_id) AS "leaderId", customer_id AS "customerId", recipient,
              sent_at AS "sentAt"
         FROM members ORDER BY delivery_id`,
      [deliveryIds],
    );
  }

  /** The delivery that leads the last letter to an address; null when there was none lately. */
  async lastLetterTo(tx: Tx, address: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT coalesce(merged_into, delivery_id) AS id FROM deliveries
        WHERE lower(recipient) = lower($1) AND chunk_id IS NOT NULL AND state IN ('sent', 'in_doubt')
          AND contact_on > now() - interval '${lookBackDays} days'
        ORDER BY state_at DESC LIMIT 1`,
      [address],
    );
    return row?.id ?? null;
  }

  /** Keeps reports. @returns the places in the list of those that had not been kept before. */
  async keep(
    tx: Tx,
    source: string,
    reports: readonly (Evidence & { delivery: ReportedRow | null })[],
  ): Promise<Set<number>> {
    const of = <Value>(value: (report: (typeof reports)[number]) => Value) => reports.map(value);
    const kept = await tx.query<{ externalId: string }[]>(
      `INSERT INTO delivery_evidence (delivery_id, anchor_date, address, kind, source, external_id, at, status, detail,
                                      excerpt, believed)
       SELECT delivery_id, anchor_date, address, kind, $1, external_id, at, status, detail, excerpt, believed
         FROM unnest($2::uuid[], $3::date[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
                     $9::text[], $10::text[], $11::bool[])
           AS r (delivery_id, anchor_date, address, kind, external_id, at, status, detail, excerpt, believed)
       ON CONFLICT (source, external_id) DO NOTHING
       RETURNING external_id AS "externalId"`,
      [
        source,
        of(({ delivery }) => delivery?.leaderId ?? null),
        of(({ delivery }) => delivery?.anchorDate ?? null),
        of(({ address }) => storable(address, 320)),
        of(({ kind }) => kind),
        of(({ externalId }) => externalId),
        of(({ at }) => at),
        of(({ status }) => status),
        of(({ verdict }) => verdict?.kind ?? null),
        of(({ excerpt }) => storable(excerpt, 500)),
        of(({ trust }) => trust !== 'none'),
      ],
    );
    const fresh = new Set(kept.map(({ externalId }) => externalId));
    // The same report twice in one list is kept once, and acts once.
    return new Set(reports.flatMap(({ externalId }, index) => (fresh.delete(externalId) ? [index] : [])));
  }

  /**
   * Settles rows by what was reported. A refusal ends what was accepted, what is in doubt and what has just been handed
   * over; a delivery ends doubt, unless the doubt is whether it went twice. What ended otherwise is left alone.
   */
  async settle(tx: Tx, rows: readonly Settlement[]): Promise<void> {
    await tx.query(
      `UPDATE deliveries d
          SET state = s.next, reason = s.reason, state_at = clock_timestamp(), next_attempt_at = NULL,
              sent_at = coalesce(d.sent_at, clock_timestamp())
         FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[]) AS s (delivery_id, anchor_date, next, reason)
        WHERE d.delivery_id = s.delivery_id AND d.anchor_date = s.anchor_date
          AND d.delivery_id = ANY ($1::uuid[])
          AND (s.next = 'bounced' AND d.state = 'sent'
            OR d.state IN ('in_doubt', 'sending') AND (s.next = 'bounced' OR d.reason IS DISTINCT FROM 'resent')
            OR d.state = 'planned' AND d.doubted_at IS NOT NULL)`,
      [
        rows.map(({ deliveryId }) => deliveryId),
        rows.map(({ anchorDate }) => anchorDate),
        rows.map(({ to }) => to),
        rows.map(({ reason }) => reason),
      ],
    );
  }

  /** Stops letters of one class to an address, or of marketing and service alike, unless that holds already. */
  async suppress(
    tx: Tx,
    {
      address,
      class: kind,
      reason,
      evidence,
    }: { address: string; class: 'marketing' | null; reason: string; evidence: string | null },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO suppressions (address, class, reason, evidence)
       SELECT $1, $2, $3, $4
        WHERE NOT EXISTS (SELECT FROM suppressions s
                           WHERE lower(s.address) = lower($1) AND s.lifted_at IS NULL
                             AND (s.class IS NULL OR s.class = $2::text))`,
      [address, kind, reason, storable(evidence, 500)],
    );
  }

  /** Deletes reports that came in before `before`. @returns how many */
  async forget(tx: Tx, before: Date): Promise<number> {
    await tx.query(`SELECT set_config('aftercare.forgetting', 'on', true)`);
    const [row] = await tx.query<[{ count: number }]>(
      `WITH gone AS (DELETE FROM delivery_evidence WHERE recorded_at < $1 RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [before],
    );
    await tx.query(`SELECT set_config('aftercare.forgetting', 'off', true)`);
    return row.count;
  }

  /** The customers whose address it is: a family may share one. */
  async customersAt(tx: Tx, address: string): Promise<string[]> {
    const rows = await tx.query<{ customerId: string }[]>(
      `SELECT customer_id AS "customerId" FROM customers WHERE lower(email) = lower($1) ORDER BY 1`,
      [address],
    );
    return rows.map(({ customerId }) => customerId);
  }
}

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const unstorable = /[\u0000-\u001f\u007f\ufffe\uffff]+/g;

/** What comes from outside as text that PostgreSQL takes: control characters gone, and not without end. */
function storable(text: string | null, length: number): string | null {
  return text === null ? null : text.replace(unstorable, ' ').slice(0, length).toWellFormed();
}
