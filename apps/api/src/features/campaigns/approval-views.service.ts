import { Injectable } from '@nestjs/common';
import {
  campaignChanges,
  changeGroups,
  mayDecide,
  type Campaign,
  type CampaignChange,
} from '@aftercare/domain';
import { z } from 'zod';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { AudiencesService } from '../audiences/audiences.service.js';
import { ApprovalViewsRepository, type VersionRecord } from './approval-views.repository.js';
import type {
  ApprovalList,
  CampaignChangeView,
  CampaignVersion,
  CampaignVersionDetail,
  HistoryPage,
  HistoryQuery,
} from './approval.schemas.js';
import { CampaignViewsRepository } from './campaign-views.repository.js';
import { commandLine, type StoredCampaign } from './campaigns.types.js';
import { SubmissionService } from './submission.service.js';

const cursorSchema = z.object({ before: z.int() });
/** Who looks: by staff id, and whether their role lets them decide. */
export interface Viewer {
  id: string;
  decides: boolean;
}

type Named = (id: string) => { id: string; name: string };

/** Versions, their differences and decisions, for those who write and those who decide. */
@Injectable()
export class ApprovalViewsService {
  constructor(
    private readonly views: CampaignViewsRepository,
    private readonly repository: ApprovalViewsRepository,
    private readonly audiences: AudiencesService,
    private readonly submission: SubmissionService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async versions(key: string): Promise<{ items: CampaignVersion[] }> {
    const campaign = await this.find(key);
    const records = await this.repository.versions(campaign.campaignId);
    const named = await this.namesOf(records.flatMap(peopleOf));
    return { items: records.map((record) => versionOf(record, campaign, named)) };
  }

  /**
   * One version, and in what it differs from another one: by default from what was approved last before it.
   * @param given.version the latest when left out
   */
  async version(
    key: string,
    given: { version: number | null; against: number | null; viewer: Viewer },
  ): Promise<CampaignVersionDetail> {
    const campaign = await this.find(key);
    const records = await this.repository.versions(campaign.campaignId);
    const wanted = given.version ?? campaign.latestVersion;
    const record = records.find(({ version }) => version === wanted);
    const base =
      given.against === null
        ? records.find(({ version, state }) => state === 'approved' && version < wanted)
        : records.find(({ version }) => version === given.against);
    if (record === undefined || (given.against !== null && base === undefined)) throw notFound('version');
    const today = this.clock.now().toString().slice(0, 10);
    const [before, after, named] = await Promise.all([
      base === undefined ? null : this.repository.audienceCount(base.definition, today),
      this.repository.audienceCount(record.definition, today),
      this.namesOf(peopleOf(record)),
    ]);
    const isWaiting = record.state === 'submitted' && wanted === campaign.latestVersion;
    return {
      ...versionOf(record, campaign, named),
      key,
      definition: { ...record.definition },
      against: base?.version ?? null,
      changes: this.changesBetween(base ?? null, record),
      audience: { before, after },
      problems: this.submission.problems(record.definition),
      mayDecide: isWaiting && isFor(record, given.viewer),
    };
  }

  /** What waits for a decision, oldest first. */
  async waiting(viewer: Viewer): Promise<ApprovalList> {
    const waiting = await this.repository.waiting();
    const named = await this.namesOf(waiting.map(({ submittedBy }) => submittedBy));
    return {
      items: waiting.map((item) => {
        const changes = campaignChanges(item.approved, item.definition);
        return {
          key: item.key,
          name: item.definition.name,
          class: item.definition.class,
          version: item.version,
          activeVersion: item.activeVersion,
          contentHash: item.contentHash,
          submittedBy: named(item.submittedBy),
          submittedAt: item.submittedAt.toISOString(),
          changes: Object.fromEntries(
            changeGroups.map((group) => [group, changes.filter((change) => change.group === group).length]),
          ) as ApprovalList['items'][number]['changes'],
          mayDecide: isFor(item, viewer),
        };
      }),
    };
  }

  /** What was done to a campaign and decided on it, newest first, as the audit log has it. */
  async history(key: string, { cursor, limit }: HistoryQuery): Promise<HistoryPage> {
    await this.find(key);
    const before = cursor === undefined ? null : decodeCursor(cursorSchema, cursor).before;
    const entries = await this.audit.about(`campaign:${key}`, { before, limit: limit + 1 });
    const named = await this.namesOf(entries.map(({ actor }) => actor));
    const page = entries.slice(0, limit);
    return {
      items: page.map(({ entryNo, at, actor, action, detail }) => ({
        ...{ entryNo, at, actor: named(actor), action, detail },
      })),
      nextCursor: entries.length > limit ? encodeCursor({ before: page.at(-1)!.entryNo }) : null,
    };
  }

  private changesBetween(before: VersionRecord | null, after: VersionRecord): CampaignChangeView[] {
    const inWords = (path: string, value: unknown) =>
      isRulePath(path) && value !== null ? this.audiences.describe(value as Campaign['audience']) : null;
    const own = campaignChanges(before?.definition ?? null, after.definition);
    return [...own, ...letterChanges(before, after)].map((change) => ({
      ...change,
      beforeText: inWords(change.path, change.before),
      afterText: inWords(change.path, change.after),
    }));
  }

  private async namesOf(ids: readonly string[]): Promise<Named> {
    const names = await this.repository.names(ids);
    return (id) => ({ id, name: names.get(id) ?? id });
  }

  private async find(key: string): Promise<StoredCampaign> {
    const campaign = await this.views.find(key);
    if (campaign === null) throw notFound('campaign');
    return campaign;
  }
}

function isFor(version: { authors: string[]; submittedBy: string | null }, viewer: Viewer): boolean {
  return viewer.decides && (viewer.id === commandLine || mayDecide(version, viewer.id));
}

function isRulePath(path: string): boolean {
  return path === 'audience' || path === 'exitWhen' || /^steps\.[^.]+\.when$/.test(path);
}

/** Templates whose own words or look have changed between two versions. */
function letterChanges(before: VersionRecord | null, after: VersionRecord): CampaignChange[] {
  if (before === null) return [];
  return Object.keys(after.templateVersions)
    .filter((name) => name in before.templateVersions)
    .filter((name) => before.templateVersions[name] !== after.templateVersions[name])
    .map((name) => ({
      ...{ path: `templates.${name}`, group: 'content', kind: 'changed' },
      ...{ before: before.templateVersions[name], after: after.templateVersions[name] },
    }));
}

function peopleOf({ createdBy, authors, submittedBy, decidedBy }: VersionRecord): string[] {
  return [createdBy, ...authors, submittedBy, decidedBy].filter((id) => id !== null);
}

function versionOf(record: VersionRecord, campaign: StoredCampaign, named: Named): CampaignVersion {
  const { version, state, contentHash, running, decision } = record;
  const person = (id: string | null) => (id === null ? null : named(id));
  return {
    ...{ version, state, contentHash, running, decision },
    finishesAt: record.finishesAt?.toISOString() ?? null,
    active: version === campaign.activeVersion,
    createdBy: named(record.createdBy),
    createdAt: record.createdAt.toISOString(),
    changedAt: (record.updatedAt ?? record.createdAt).toISOString(),
    authors: record.authors.map(named),
    submittedBy: person(record.submittedBy),
    submittedAt: record.submittedAt?.toISOString() ?? null,
    decidedBy: person(record.decidedBy),
    decidedAt: record.decidedAt?.toISOString() ?? null,
  };
}
