import { createHash } from 'node:crypto';
import {
  holdoutPoint,
  ledgerIdentity,
  planReference,
  type Campaign,
  type PlanCustomer,
} from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { DataSource } from 'typeorm';
import { AudiencesService } from '../../src/features/audiences/audiences.service.js';
import { LastContactsRepository } from '../../src/features/campaigns/last-contacts.repository.js';
import { LedgerPartitionsRepository } from '../../src/features/campaigns/ledger-partitions.repository.js';
import { PlannerRepository } from '../../src/features/campaigns/planner.repository.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { RunningVersionsRepository } from '../../src/features/campaigns/running-versions.repository.js';
import { Transactions } from '../../src/platform/database/transactions.js';

export function plannerOn(dataSource: DataSource): PlannerService {
  return new PlannerService(
    new Transactions(dataSource),
    new RunningVersionsRepository(),
    new PlannerRepository(new AudiencesService()),
    new LedgerPartitionsRepository(),
    new LastContactsRepository(),
  );
}

/** Leaves no campaign and no ledger row. */
export async function clearCampaigns(dataSource: DataSource): Promise<void> {
  await dataSource.query('TRUNCATE deliveries, delivery_messages, campaigns CASCADE');
}

/** Makes a campaign run from its first version on, each step planned up to its watermark. */
export async function startCampaign(
  dataSource: DataSource,
  campaign: Campaign,
  watermarks: Readonly<Record<string, Temporal.Instant>>,
): Promise<string> {
  const [row] = await dataSource.query<{ campaignId: string }[]>(
    `INSERT INTO campaigns (key, name, state, latest_version, active_version, activated_at)
     VALUES ($1, $1, 'active', 1, 1, now()) RETURNING campaign_id AS "campaignId"`,
    [campaign.key],
  );
  const { campaignId } = row!;
  await addVersion(dataSource, campaignId, campaign, { version: 1, running: 'open', watermarks });
  return campaignId;
}

/** Adds an approved version that runs; where it says nothing of a step, the planner begins with the window. */
export async function addVersion(
  dataSource: DataSource,
  campaignId: string,
  campaign: Campaign,
  given: {
    version: number;
    running: 'open' | 'finishing';
    watermarks?: Readonly<Record<string, Temporal.Instant>>;
  },
): Promise<void> {
  await dataSource.query(
    `INSERT INTO campaign_versions (campaign_id, version, definition, content_hash, created_by, state, running)
     VALUES ($1, $2, $3, 'hash', 'test', 'approved', $4)`,
    [campaignId, given.version, JSON.stringify(campaign), given.running],
  );
  const steps = Object.entries(given.watermarks ?? {});
  await dataSource.query(
    `INSERT INTO step_progress (campaign_id, version, step, planned_until)
     SELECT $1, $2, * FROM unnest($3::text[], $4::timestamptz[])`,
    [campaignId, given.version, steps.map(([key]) => key), steps.map(([, until]) => until.toString())],
  );
}

/** What the ledger says of one row, in words that compare. */
export interface LedgerRow {
  step: string;
  subjectId: string;
  anchorDate: string;
  customerId: string;
  policyId: string | null;
  variant: string | null;
  template: string;
  dueAt: string;
  expiresAt: string;
  state: string;
  reason: string | null;
}

export async function ledgerRows(dataSource: DataSource): Promise<LedgerRow[]> {
  const rows = await dataSource.query<
    (Omit<LedgerRow, 'dueAt' | 'expiresAt'> & { dueAt: Date; expiresAt: Date })[]
  >(
    `SELECT step, subject_id AS "subjectId", anchor_date AS "anchorDate", customer_id AS "customerId",
            policy_id AS "policyId", variant, template, due_at AS "dueAt", expires_at AS "expiresAt", state, reason FROM deliveries`,
  );
  return sorted(rows.map((row) => ({ ...row, dueAt: iso(row.dueAt), expiresAt: iso(row.expiresAt) })));
}

/** The reference planner, run again and again as the real one is: with a ledger and watermarks of its own. */
export class ReferenceLedger {
  readonly rows: LedgerRow[] = [];
  private readonly watermarks: Record<string, Temporal.Instant>;

  constructor(
    private readonly campaign: Campaign,
    private readonly book: readonly PlanCustomer[],
    watermarks: Readonly<Record<string, Temporal.Instant>>,
    private readonly globalHoldout = 0,
  ) {
    this.watermarks = { ...watermarks };
  }

  plan(asOf: Temporal.Instant): void {
    const { campaign, book, watermarks } = this;
    const ledger = new Set(this.rows.map(ledgerIdentity));
    const added = planReference({
      campaign,
      book,
      watermarks,
      asOf,
      ledger,
      pointOf,
      globalHoldout: this.globalHoldout,
    });
    this.rows.push(
      ...added.map(({ localDate: _localDate, dueAt, expiresAt, ...row }) => ({
        ...row,
        dueAt: iso(new Date(dueAt.epochMilliseconds)),
        expiresAt: iso(new Date(expiresAt.epochMilliseconds)),
      })),
    );
    sorted(this.rows);
    for (const [step, until] of Object.entries(watermarks)) {
      if (Temporal.Instant.compare(asOf, until) > 0) this.watermarks[step] = asOf;
    }
  }
}

const pointOf = (key: string) => holdoutPoint(createHash('md5').update(key).digest('hex'));

function iso(date: Date): string {
  return date.toISOString();
}

function sorted(rows: LedgerRow[]): LedgerRow[] {
  const key = (row: LedgerRow) => ledgerIdentity(row);
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
