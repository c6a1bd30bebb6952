import { createHash } from 'node:crypto';
import {
  anchorIdentity,
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
  await dataSource.query('TRUNCATE deliveries, campaigns CASCADE');
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
  version: number;
  step: string;
  subjectId: string;
  anchorDate: string;
  customerId: string;
  policyId: string | null;
  variant: string | null;
  template: string;
  contactOn: string;
  dueAt: string;
  expiresAt: string;
  state: string;
  reason: string | null;
}

/** The rows of each campaign, by its key. */
export async function ledgerByCampaign(dataSource: DataSource): Promise<Record<string, LedgerRow[]>> {
  const rows = await dataSource.query<
    (Omit<LedgerRow, 'dueAt' | 'expiresAt'> & { key: string; dueAt: Date; expiresAt: Date })[]
  >(
    `SELECT c.key, campaign_version AS version, step, subject_id AS "subjectId", anchor_date AS "anchorDate",
            customer_id AS "customerId", policy_id AS "policyId", variant, template, contact_on AS "contactOn",
            due_at AS "dueAt", expires_at AS "expiresAt", d.state, reason
     FROM deliveries d JOIN campaigns c USING (campaign_id)`,
  );
  const campaigns: Record<string, LedgerRow[]> = {};
  for (const { key, dueAt, expiresAt, ...row } of rows) {
    (campaigns[key] ??= []).push({ ...row, dueAt: dueAt.toISOString(), expiresAt: expiresAt.toISOString() });
  }
  for (const list of Object.values(campaigns)) sorted(list);
  return campaigns;
}

export async function ledgerRows(dataSource: DataSource): Promise<LedgerRow[]> {
  return sorted(Object.values(await ledgerByCampaign(dataSource)).flat());
}

/** A version of a campaign as the reference planner is asked about it. */
interface ReferenceVersion {
  version: number;
  running: 'open' | 'finishing';
  campaign: Campaign;
  watermarks: Record<string, Temporal.Instant>;
}

/** The reference planner, run again and again as the real one is: with a ledger and watermarks of its own. */
export class ReferenceLedger {
  readonly rows: LedgerRow[] = [];
  private readonly versions: ReferenceVersion[] = [];

  constructor(
    private readonly book: readonly PlanCustomer[],
    private readonly globalHoldout: number,
  ) {}

  /** Lets a version run; the ones before it go on with those who have entered them. */
  run(campaign: Campaign, watermarks: Readonly<Record<string, Temporal.Instant>>): void {
    for (const other of this.versions) other.running = 'finishing';
    const version = this.versions.length + 1;
    this.versions.push({ version, running: 'open', campaign, watermarks: { ...watermarks } });
  }

  plan(asOf: Temporal.Instant): void {
    // The open version is the last.
    for (const version of this.versions) {
      this.planVersion(version, asOf);
      for (const [step, until] of Object.entries(version.watermarks)) {
        if (Temporal.Instant.compare(asOf, until) > 0) version.watermarks[step] = asOf;
      }
    }
    sorted(this.rows);
  }

  private planVersion(
    { version, running, campaign, watermarks }: ReferenceVersion,
    asOf: Temporal.Instant,
  ): void {
    const finishing = this.versions
      .filter((each) => each.running === 'finishing')
      .map((each) => each.version);
    const theirs = running === 'finishing' ? [version] : finishing;
    const added = planReference({
      ...{ campaign, book: this.book, watermarks, asOf, pointOf, globalHoldout: this.globalHoldout },
      ledger: new Set(this.rows.map(ledgerIdentity)),
      version: {
        running,
        entered: new Set(this.rows.filter((row) => theirs.includes(row.version)).map(anchorIdentity)),
      },
    });
    this.rows.push(
      ...added.map(({ localDate, dueAt, expiresAt, ...row }) => ({
        ...row,
        version,
        contactOn: localDate,
        dueAt: new Date(dueAt.epochMilliseconds).toISOString(),
        expiresAt: new Date(expiresAt.epochMilliseconds).toISOString(),
      })),
    );
  }
}

const pointOf = (key: string) => holdoutPoint(createHash('md5').update(key).digest('hex'));

function sorted(rows: LedgerRow[]): LedgerRow[] {
  const key = (row: LedgerRow) => `${row.version} ${ledgerIdentity(row)}`;
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
