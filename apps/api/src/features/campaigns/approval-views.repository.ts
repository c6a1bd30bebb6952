import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Campaign, VersionState } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';

/** A version with all that became of it; people by staff id. */
export interface VersionRecord {
  version: number;
  state: VersionState;
  definition: Campaign;
  contentHash: string;
  templateVersions: Record<string, string>;
  running: 'open' | 'finishing' | null;
  finishesAt: Date | null;
  authors: string[];
  createdBy: string;
  createdAt: Date;
  updatedAt: Date | null;
  submittedBy: string | null;
  submittedAt: Date | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  decision: string | null;
}

/** A version that waits for a decision, and what the campaign is otherwise. */
export interface WaitingVersion {
  key: string;
  campaignId: string;
  version: number;
  activeVersion: number | null;
  contentHash: string;
  definition: Campaign;
  authors: string[];
  submittedBy: string;
  submittedAt: Date;
  /** What was approved last; null when nothing ever was. */
  approved: Campaign | null;
}

const columns = `version, state, definition, content_hash AS "contentHash", running, authors,
  template_versions AS "templateVersions", finishes_at AS "finishesAt",
  created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt", submitted_by AS "submittedBy",
  submitted_at AS "submittedAt", decided_by AS "decidedBy", decided_at AS "decidedAt", decision`;

/** Versions as those who write and those who decide look at them. */
@Injectable()
export class ApprovalViewsRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audiences: AudiencesService,
  ) {}

  /** The versions of a campaign, newest first. */
  versions(campaignId: string): Promise<VersionRecord[]> {
    return this.dataSource.query<VersionRecord[]>(
      `SELECT ${columns} FROM campaign_versions WHERE campaign_id = $1 ORDER BY version DESC`,
      [campaignId],
    );
  }

  /** What waits for a decision, that which waits longest first. */
  waiting(): Promise<WaitingVersion[]> {
    return this.dataSource.query<WaitingVersion[]>(
      `SELECT c.key, c.campaign_id AS "campaignId", v.version, c.active_version AS "activeVersion",
              v.content_hash AS "contentHash", v.definition, v.authors, v.submitted_by AS "submittedBy",
              v.submitted_at AS "submittedAt", approved.definition AS approved
       FROM campaigns c
       JOIN campaign_versions v ON v.campaign_id = c.campaign_id AND v.version = c.latest_version
       LEFT JOIN LATERAL (
         SELECT definition FROM campaign_versions a
         WHERE a.campaign_id = c.campaign_id AND a.state = 'approved' ORDER BY a.version DESC LIMIT 1
       ) approved ON true
       WHERE v.state = 'submitted' AND c.state <> 'archived' ORDER BY v.submitted_at, c.key`,
    );
  }

  /** The names of those who have an account at the desk, by id. */
  async names(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.dataSource.query<{ id: string; name: string }[]>(
      `SELECT id::text AS id, name FROM staff_users WHERE id::text = ANY($1)`,
      [[...new Set(ids)]],
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /**
   * How many policies or customers of the whole book an audience rule lets in.
   * @param today civil date that the rule is asked as of, the same for every zone
   */
  async audienceCount({ subject, audience }: Campaign, today: string): Promise<number> {
    const parameters = new SqlParameters();
    const policy = subject === 'policy' ? 'p' : null;
    const scope = { customer: 'c', policy, today: parameters.add(today, 'date') };
    const condition = this.audiences.condition(subject, audience, scope, parameters);
    const from = policy === null ? 'customers c' : 'policies p JOIN customers c USING (customer_id)';
    const [row] = await this.dataSource.query<{ count: number }[]>(
      // A rule that asks nothing of the date leaves its parameter without a use; the cast keeps it known.
      `SELECT count(*) AS count FROM ${from} WHERE ${scope.today} IS NOT NULL AND (${condition})`,
      parameters.values,
    );
    return row!.count;
  }
}
