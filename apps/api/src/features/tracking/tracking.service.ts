import { Injectable } from '@nestjs/common';
import { machineReasons, outcomeKinds } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Transactions } from '../../platform/database/transactions.js';
import { notFound } from '../../platform/http/problem.js';
import { SightingsRepository } from './sightings.repository.js';
import { TrackingViewsRepository, type Arm } from './tracking-views.repository.js';
import type {
  CampaignTracking,
  ClickCounts,
  DeliveryTracking,
  OpenCounts,
  OutcomeCounts,
} from './tracking.schemas.js';

const noClicks: ClickCounts = { raw: 0, human: 0, machine: 0, waiting: 0, readers: 0 };
const noOpens: OpenCounts = { raw: 0, human: 0, machine: 0, readers: 0 };

/** What is known of how letters were used, for those who look at it, and how it is forgotten. */
@Injectable()
export class TrackingService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly views: TrackingViewsRepository,
    private readonly sightings: SightingsRepository,
  ) {}

  /** @throws ProblemError `not_found` */
  async ofCampaign(key: string): Promise<CampaignTracking> {
    const campaign = await this.views.find(key);
    if (!campaign) throw notFound('campaign');
    const { campaignId, tracking } = campaign;
    const [sent, clicks, opens, outcomes] = await Promise.all([
      this.views.sent(campaignId),
      this.views.clicks(campaignId),
      this.views.opens(campaignId),
      this.views.outcomes(campaignId),
    ]);
    const opensShown = tracking.opens || opens.length > 0;
    const steps = armsOf([...sent, ...clicks, ...opens, ...outcomes]).map((arm) => ({
      ...arm,
      sent: sent.find(isOf(arm))?.sent ?? 0,
      clicks: sumOf(clicks.filter(isOf(arm)), noClicks),
      opens: opensShown ? sumOf(opens.filter(isOf(arm)), noOpens) : null,
      outcomes: outcomeCounts(outcomes.filter(isOf(arm))),
    }));
    return {
      clicksOn: tracking.clicks,
      opensOn: tracking.opens,
      sent: sent.reduce((sum, each) => sum + each.sent, 0),
      clicks: sumOf(clicks, noClicks),
      opens: opensShown ? sumOf(opens, noOpens) : null,
      outcomes: outcomeCounts(outcomes),
      steps,
    };
  }

  /** What came of one delivery. Nothing, of one that there is not. */
  async ofDelivery(deliveryId: string): Promise<DeliveryTracking> {
    const [clicks, opens, outcomes] = await Promise.all([
      this.views.clicksOf(deliveryId),
      this.views.opensOf(deliveryId),
      this.views.outcomesOf(deliveryId),
    ]);
    return {
      clicks: clicks.map((click) => ({
        ...click,
        at: click.at.toISOString(),
        words: click.machine && machineReasons[click.machine],
      })),
      opens: opens.map((open) => ({ ...open, at: open.at.toISOString() })),
      outcomes: outcomes.map(({ kind, at }) => ({ kind, at: at.toISOString() })),
    };
  }

  /** Deletes clicks and openings from before a moment. What they brought stays with the ledger. */
  forget(before: Temporal.Instant, actor: string): Promise<{ clicks: number; opens: number }> {
    return this.transactions.run(async (tx) => {
      const forgotten = await this.sightings.forget(tx, new Date(before.epochMilliseconds));
      const detail = { before: before.toString(), ...forgotten };
      await this.audit.record(tx, { actor, action: 'tracking.forgotten', subject: 'tracking', detail });
      return forgotten;
    });
  }
}

function armsOf(lines: readonly Arm[]): Arm[] {
  const arms = new Map(
    lines.map(({ step, variant }) => [JSON.stringify([step, variant]), { step, variant }] as const),
  );
  return [...arms].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, arm]) => arm);
}

function isOf({ step, variant }: Arm): (line: Arm) => boolean {
  return (line) => line.step === step && line.variant === variant;
}

/** A delivery is of one step and arm, so that sums count none twice. */
function sumOf<Counts extends Record<string, number>>(lines: readonly Counts[], nothing: Counts): Counts {
  const names = Object.keys(nothing) as (keyof Counts)[];
  const sums = names.map((name) => [name, lines.reduce((sum, line) => sum + line[name]!, 0)]);
  return Object.fromEntries(sums) as Counts;
}

function outcomeCounts(lines: readonly OutcomeCounts[number][]): OutcomeCounts {
  return outcomeKinds.flatMap((kind) => {
    const deliveries = lines.reduce((sum, line) => sum + (line.kind === kind ? line.deliveries : 0), 0);
    return deliveries === 0 ? [] : [{ kind, deliveries }];
  });
}
