import { Injectable } from '@nestjs/common';
import { openStates } from '@aftercare/domain';
import { z } from 'zod';
import { Clock } from '../../platform/clock/clock.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { AudiencesService } from '../audiences/audiences.service.js';
import { DeliveriesService, type Funnel } from '../deliveries/deliveries.service.js';
import { CampaignViewsRepository, type LedgerCount } from './campaign-views.repository.js';
import type {
  CampaignDetail,
  CampaignPage,
  CampaignQuery,
  CampaignRow,
  CampaignSortKey,
  CampaignUpcoming,
  FunnelQuery,
} from './campaigns.schemas.js';
import type { StoredCampaign } from './campaigns.types.js';
import { changedTemplates } from './content-hash.js';
import { armsOf, heldOutOf } from './experiments.js';
import { ForecastService, localDayOf } from './forecast.service.js';
import { changedWords, templateChanged } from './template-pins.service.js';

const cursorSchema = z.object({ after: z.string() });
const isOpen = (state: string) => (openStates as readonly string[]).includes(state);

/** How far ahead the next occurrence of a step is looked for. */
const daysAhead = 60;

/** Campaigns for those who look at them. */
@Injectable()
export class CampaignListService {
  constructor(
    private readonly views: CampaignViewsRepository,
    private readonly forecast: ForecastService,
    private readonly audiences: AudiencesService,
    private readonly deliveries: DeliveriesService,
    private readonly clock: Clock,
  ) {}

  /** Every campaign, by key. */
  async all(): Promise<CampaignRow[]> {
    return this.withCounts(await this.views.list());
  }

  async list({ q, state, class: contactClass, sort, cursor, limit }: CampaignQuery): Promise<CampaignPage> {
    const after = cursor === undefined ? null : decodeCursor(cursorSchema, cursor).after;
    const sought = q?.toLowerCase();
    const found = (await this.views.list()).filter(
      (campaign) =>
        (state === undefined || campaign.state === state) &&
        (contactClass === undefined || campaign.definition.class === contactClass) &&
        (sought === undefined ||
          [campaign.name, campaign.key, campaign.definition.topic].some((text) =>
            text.toLowerCase().includes(sought),
          )),
    );
    const rows = (await this.withCounts(found)).sort(comparing(sort));
    const start = after === null ? 0 : rows.findIndex(({ key }) => key === after) + 1;
    const items = rows.slice(start, start + limit);
    const last = start + limit < rows.length ? items.at(-1) : undefined;
    return { items, nextCursor: last ? encodeCursor({ after: last.key }) : null, total: rows.length };
  }

  /** @throws ProblemError `not_found` */
  async get(key: string): Promise<CampaignDetail> {
    const campaign = await this.find(key);
    const { campaignId, definition, activeVersion, contentHash } = campaign;
    const now = this.clock.now();
    const today = now.toString().slice(0, 10);
    const [counts, arms, versions, progress, ahead] = await Promise.all([
      this.views.ledgerCounts([campaignId]),
      this.views.armCounts(campaignId),
      this.views.versions(campaignId),
      this.views.progress(campaignId),
      this.forecast.ahead({ from: today, days: daysAhead, key, after: now }),
    ]);
    return {
      ...rowOf(campaign, counts),
      definition: { ...definition },
      audienceText: this.audiences.describe(definition.audience),
      exitText: definition.exitWhen && this.audiences.describe(definition.exitWhen),
      contentHash,
      pausedReason: await this.pausedReasonOf(campaign),
      heldOut: heldOutOf(arms),
      steps: definition.steps.map((each) => {
        const { key: step, offsetDays, at, channel, template, when } = each;
        const ofStep = counts.filter((line) => line.step === step);
        const coming = ahead.filter((line) => line.step === step).map(({ firstAt }) => firstAt);
        return {
          ...{ step, offsetDays, at, channel, template },
          whenText: when && this.audiences.describe(when),
          arms: armsOf(each, arms),
          plannedUntil: progress.find((line) => line.step === step)?.plannedUntil.toISOString() ?? null,
          open: sum(ofStep.filter(({ state }) => isOpen(state))),
          sent: sum(ofStep.filter(({ state }) => state === 'sent')),
          nextDueAt: firstOpen(ofStep) ?? coming.sort()[0] ?? null,
        };
      }),
      versions: versions.map(({ createdAt, ...version }) => ({
        ...version,
        createdAt: createdAt.toISOString(),
        active: version.version === activeVersion,
      })),
    };
  }

  /** What a campaign sends in the coming days, rows of the ledger that wait and rows still to be planned alike. */
  async upcoming(key: string, days: number): Promise<CampaignUpcoming> {
    const { campaignId, definition } = await this.find(key);
    const now = this.clock.now();
    const from = now.toString().slice(0, 10);
    const [waiting, ahead] = await Promise.all([
      this.views.waiting(campaignId),
      this.forecast.ahead({ from, days, key, after: now }),
    ]);
    const to = now
      .add({ hours: 24 * (days - 1) })
      .toString()
      .slice(0, 10);
    const table = new Map<string, Map<string, number>>();
    const add = (date: string, step: string, count: number) => {
      const steps = table.get(date) ?? new Map<string, number>();
      table.set(date, steps.set(step, (steps.get(step) ?? 0) + count));
    };
    for (const { date, step, count } of ahead) add(date, step, count);
    for (const { step, anchorDate, count } of waiting) {
      const date = localDayOf(definition, step, anchorDate);
      // What should have gone already goes today.
      add(date < from ? from : date, step, count);
    }
    return {
      from,
      to,
      days: [...table]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([date, steps]) => ({ date, steps: [...steps].map(([step, count]) => ({ step, count })) })),
    };
  }

  async funnel(key: string, { dueFrom, dueTo, step }: FunnelQuery): Promise<Funnel> {
    const { campaignId } = await this.find(key);
    return this.deliveries.funnel(campaignId, {
      ...(dueFrom === undefined ? {} : { dueFrom: new Date(dueFrom) }),
      ...(dueTo === undefined ? {} : { dueTo: new Date(dueTo) }),
      ...(step === undefined ? {} : { step }),
    });
  }

  private async pausedReasonOf({
    campaignId,
    pausedReason,
  }: StoredCampaign): Promise<CampaignDetail['pausedReason']> {
    if (pausedReason !== templateChanged) return null;
    const running = await this.views.running(campaignId);
    const names = running.flatMap(({ definition, templateVersions }) =>
      changedTemplates(definition, templateVersions).map(({ name }) => name),
    );
    return { code: pausedReason, text: changedWords([...new Set(names)].sort()) };
  }

  private async find(key: string): Promise<StoredCampaign> {
    const campaign = await this.views.find(key);
    if (campaign === null) throw notFound('campaign');
    return campaign;
  }

  private async withCounts(campaigns: readonly StoredCampaign[]): Promise<CampaignRow[]> {
    const counts = await this.views.ledgerCounts(campaigns.map(({ campaignId }) => campaignId));
    return campaigns.map((campaign) =>
      rowOf(
        campaign,
        counts.filter(({ campaignId }) => campaignId === campaign.campaignId),
      ),
    );
  }
}

function rowOf(campaign: StoredCampaign, counts: readonly LedgerCount[]): CampaignRow {
  const { key, name, state, definition, latestVersion, activeVersion, activatedAt, updatedAt } = campaign;
  const of = (...states: string[]) => sum(counts.filter((line) => states.includes(line.state)));
  const [audience, open, sent] = [sum(counts), of(...openStates), of('sent')];
  const [suppressed, heldOut] = [of('suppressed'), of('held_out')];
  return {
    key,
    name,
    class: definition.class,
    topic: definition.topic,
    subject: definition.subject,
    priority: definition.priority,
    state,
    version: latestVersion,
    activeVersion,
    stepCount: definition.steps.length,
    activatedAt: activatedAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
    nextDueAt: firstOpen(counts),
    counts: {
      audience,
      open,
      sent,
      suppressed,
      heldOut,
      other: audience - open - sent - suppressed - heldOut,
    },
  };
}

function firstOpen(counts: readonly LedgerCount[]): string | null {
  const due = counts.filter(({ state }) => isOpen(state)).map(({ firstDueAt }) => firstDueAt.toISOString());
  return due.sort()[0] ?? null;
}

function sum(counts: readonly { count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}

/** By the chosen column, then by key; campaigns that have no value come last either way. */
function comparing(sort: CampaignQuery['sort']): (a: CampaignRow, b: CampaignRow) => number {
  const down = sort.startsWith('-');
  const column = sort.replace('-', '') as CampaignSortKey;
  return (a, b) => {
    const [one, other] = [a[column], b[column]];
    if (one !== other) {
      if (one === null) return 1;
      if (other === null) return -1;
      const order = typeof one === 'string' ? one.localeCompare(String(other), 'en') : one - Number(other);
      if (order !== 0) return down ? -order : order;
    }
    return a.key < b.key ? -1 : 1;
  };
}
