import { randomUUID } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { campaignSchema } from '@aftercare/domain';
import type { DataSource } from 'typeorm';

/** The day that the small book is told from. */
export const smallBookNow = '2026-11-22T09:00:00Z';

/**
 * Two customers of one household and what happened with them, few enough to be read as a whole: Ana, in Auckland
 * (already 22 November, 22:00), with a policy about to renew, one in grace, one overdue and one that is over; and
 * Luis with one of his own.
 */
export async function insertSmallBook(dataSource: DataSource): Promise<void> {
  await dataSource.query(`
    INSERT INTO customers (customer_id, given_name, family_name, email, phone, locale, time_zone, agent_id) VALUES
      ('C1', 'Ana', 'García López', 'family@example.com', '+64 21 555 01', 'en', 'Pacific/Auckland', 'A1'),
      ('C2', 'Luis', 'García', 'family@example.com', NULL, 'es', NULL, NULL),
      ('C3', '秀英', '李', NULL, NULL, 'zh-CN', 'Asia/Shanghai', 'A1'),
      ('C4', NULL, NULL, 'bounced@example.com', NULL, NULL, NULL, 'A1');
    INSERT INTO policies (policy_id, customer_id, line, product, status, start_date, renewal_date, premium_minor,
                          previous_premium_minor, currency, payment_mode, do_not_renew, status_since, grace_ends_on,
                          insured_object, term_no) VALUES
      ('MOT-10001', 'C1', 'motor', 'Motor Plus', 'in_force', '2024-12-20', '2026-12-20', 55000, 50000, 'NZD', 'annual', false, NULL, NULL,
        '{"make": "Kia", "year": 2021, "drivers": [{"name": "Ana"}]}', 2),
      ('HOM-10002', 'C1', 'home', NULL, 'grace', '2020-03-01', '2027-03-01', 80000, 80000, 'NZD', 'monthly', false, '2026-11-10', '2026-12-10', NULL, 1),
      ('HEA-10003', 'C1', 'health', NULL, 'in_force', '2023-01-01', '2027-01-15', 30000, NULL, 'NZD', 'quarterly', true, NULL, NULL, NULL, 1),
      ('TRA-10004', 'C1', 'travel', NULL, 'expired', '2025-06-01', NULL, 9000, NULL, 'NZD', NULL, false, '2025-06-30', NULL, NULL, 1),
      ('MOT-20001', 'C2', 'motor', NULL, 'in_force', '2025-12-01', '2026-12-01', 40000, NULL, 'EUR', 'annual', false, NULL, NULL, NULL, 1),
      ('LIF-40001', 'C4', 'life', NULL, 'claim_death', '2010-01-01', NULL, NULL, NULL, NULL, NULL, false, '2026-01-05', NULL, NULL, 1);
    INSERT INTO closed_terms (policy_id, term_no, renewal_date, premium_minor, currency) VALUES ('MOT-10001', 1, '2025-12-20', 50000, 'NZD');
    INSERT INTO instalments (policy_id, due_date, amount_minor, currency, paid_at) VALUES
      ('HOM-10002', '2026-10-01', 6667, 'NZD', '2026-10-03T01:00:00Z'),
      ('HOM-10002', '2026-11-01', 6667, 'NZD', NULL),
      ('HOM-10002', '2026-12-01', 6667, 'NZD', NULL),
      ('HEA-10003', '2026-10-15', 7500, 'NZD', NULL),
      ('HEA-10003', '2026-11-22', 7500, 'NZD', NULL),
      ('MOT-20001', '2026-11-30', 40000, 'EUR', NULL);
    INSERT INTO policy_status_changes (policy_id, from_status, to_status, transition, changed_on, recorded_at) VALUES
      ('HOM-10002', 'in_force', 'grace', 'entered_grace', '2026-11-10', '2026-11-10T12:00:00Z');
    INSERT INTO customer_events (event_id, type, customer_id, policy_id, at, data) VALUES
      ('E1', 'claim_opened', 'C1', 'MOT-10001', '2026-11-15T08:00:00Z', '{"number": "CL-7"}'),
      ('E2', 'complaint_opened', 'C2', NULL, '2026-11-22T01:00:00Z', NULL);
    INSERT INTO consent_events (customer_id, topic, granted, source, by_customer, at) VALUES
      ('C1', '*', true, 'import', false, '2026-01-01T00:00:00Z'), ('C1', 'offers', false, 'one_click', true, '2026-11-20T10:00:00Z');
    INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at) VALUES
      ('C1', '*', true, 'import', false, '2026-01-01T00:00:00Z'), ('C1', 'offers', false, 'one_click', true, '2026-11-20T10:00:00Z');
    INSERT INTO suppressions (address, reason, evidence) VALUES ('bounced@example.com', 'hard_bounce', '550 no such user');
    CREATE TABLE deliveries_2026_11 PARTITION OF deliveries FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
    CREATE TABLE deliveries_2026_12 PARTITION OF deliveries FOR VALUES FROM ('2026-12-01') TO ('2027-01-01');
    CREATE TABLE message_blocks_any PARTITION OF message_blocks DEFAULT;
  `);
  await insertCampaign(dataSource, 'motor-renewal');
}

/** A renewal campaign like the contract's, active. */
export async function insertCampaign(
  dataSource: DataSource,
  key: string,
  changes: object = {},
): Promise<void> {
  const definition = campaignSchema.parse({
    ...{ key, name: `Campaign ${key}`, class: 'service', topic: 'renewals', priority: 10, subject: 'policy' },
    audience: { field: 'policy.line', op: 'eq', value: 'motor' },
    trigger: { type: 'date', field: 'policy.renewalDate' },
    steps: [
      { key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' },
      { key: 't-7', offsetDays: -7, at: '09:00', template: 'renewal-reminder' },
    ],
    ...changes,
  });
  await dataSource.query(
    `WITH added AS (
       INSERT INTO campaigns (key, name, state, latest_version, active_version) VALUES ($1, $2, 'active', 1, 1)
       RETURNING campaign_id
     )
     INSERT INTO campaign_versions (campaign_id, version, definition, content_hash, created_by, state, running)
     SELECT campaign_id, 1, $3::jsonb, '', 'test', 'approved', 'open' FROM added`,
    [key, definition.name, JSON.stringify(definition)],
  );
}

export interface SmallDelivery {
  campaign?: string;
  customerId: string;
  policyId: string | null;
  step?: string;
  anchorDate?: string;
  state?: string;
  reason?: string | null;
  dueAt?: string;
  stateAt?: string;
  sentAt?: string | null;
  /** The subject of the stored message; none is stored without it. */
  subject?: string;
}

/** A row of the ledger. @returns its id. */
export async function insertDelivery(dataSource: DataSource, given: SmallDelivery): Promise<string> {
  const deliveryId = randomUUID();
  const row = {
    ...{ campaign: 'motor-renewal', step: 't-30', anchorDate: '2026-11-20', state: 'sent', reason: null },
    ...{ dueAt: '2026-11-20T09:00:00Z', sentAt: null },
    ...given,
  };
  await dataSource.query(
    `INSERT INTO deliveries (delivery_id, campaign_id, campaign_version, step, subject_id, anchor_date, customer_id,
                             policy_id, class, topic, priority, template, due_at, contact_on,
                             expires_at, state, reason, state_at, sent_at, doubted_at)
     SELECT $1, campaign_id, 1, $3, coalesce($6, $5), $4, $5, $6, 'service', 'renewals', 10, 'renewal-reminder',
            $7::timestamptz, ($7::timestamptz AT TIME ZONE 'UTC')::date, $7::timestamptz + interval '2 days', $8, $9, $10::timestamptz, $11,
            CASE WHEN $8 = 'in_doubt' THEN $10::timestamptz END
     FROM campaigns WHERE key = $2`,
    [
      ...[deliveryId, row.campaign, row.step, row.anchorDate, row.customerId, row.policyId, row.dueAt],
      ...[row.state, row.reason, row.stateAt ?? row.sentAt ?? row.dueAt, row.sentAt],
    ],
  );
  if (row.subject) {
    const raw = `From: Harbour <care@example.com>\r\nTo: ${row.customerId} <to@example.com>\r\nSubject: ${row.subject}\r\nContent-Type: text/html\r\n\r\n<p>${row.subject}</p>\r\n`;
    await dataSource.query(
      `WITH block AS (
         INSERT INTO message_blocks (block_id, anchor_month, zstd)
         VALUES (uuidv7(), date_trunc('month', $2::date), $4) RETURNING block_id
       )
       UPDATE deliveries d
          SET subject_line = $3, block_id = block.block_id, block_start = 0, block_length = $5
         FROM block
        WHERE d.delivery_id = $1 AND d.anchor_date = $2`,
      [deliveryId, row.anchorDate, row.subject, zstdCompressSync(raw), Buffer.byteLength(raw)],
    );
  }
  return deliveryId;
}
