import { Injectable } from '@nestjs/common';
import type { ContactClass } from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { notFound } from '../../platform/http/problem.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { TransportsService } from '../deliveries/transports.service.js';
import { RatesService } from '../rates/rates.service.js';
import { partsOf, situationOf, type Gathered } from './gathered.js';
import type { CampaignProgress, SendingProgress } from './progress.schemas.js';
import { SnapshotService } from './snapshot.service.js';
import { isAlive, processOf } from './processes.js';

/** How far sending has come, what is left of it, how long that takes, and what keeps it. */
@Injectable()
export class ProgressService {
  constructor(
    private readonly snapshots: SnapshotService,
    private readonly deliveries: DeliveriesService,
    private readonly transports: TransportsService,
    private readonly rates: RatesService,
    private readonly clock: Clock,
  ) {}

  /** The whole house's. */
  async ofHouse(): Promise<SendingProgress> {
    const all = await this.gather();
    const parts = partsOf(all, null);
    return {
      now: all.now.toISOString(),
      ...parts,
      campaigns: all.campaigns
        .map((campaign) => ({ campaign, parts: partsOf(all, campaign.campaignId) }))
        .filter(({ parts: { states, remaining } }) => {
          const { ready, working, putOff, held } = remaining;
          return ready + working + putOff + held > 0 || Object.values(states).some((rows) => rows > 0);
        })
        .map(({ campaign, parts: { states, done, remaining, rate } }) => {
          const { ready, working, putOff, held } = remaining;
          return {
            ...{ key: campaign.key, name: campaign.name, class: campaign.class as ContactClass | null },
            ...{
              state: campaign.state,
              due: done.of,
              settled: done.settled,
              sent: states.sent,
            },
            missed: states.bounced + states.failed + states.in_doubt,
            ...{ ready, working, putOff, held },
            perSecond: rate.lastMinute,
          };
        })
        .sort((a, b) => b.ready + b.working - (a.ready + a.working) || a.name.localeCompare(b.name)),
      transports: all.transports.map(({ name, state, reason, detail, since, retryAt }) => {
        const times = { since: since?.toISOString() ?? null, retryAt: retryAt?.toISOString() ?? null };
        return { name, state, reason, detail, ...times };
      }),
      processes: all.workers.map((worker) => processOf(worker, all.now)),
      inDoubt: all.inDoubt,
    };
  }

  /**
   * One campaign's.
   * @throws ProblemError `not_found`
   */
  async ofCampaign(key: string): Promise<CampaignProgress> {
    const all = await this.gather();
    const campaign = all.campaigns.find((each) => each.key === key);
    if (!campaign) throw notFound('campaign');
    return { now: all.now.toISOString(), key, ...partsOf(all, campaign.campaignId) };
  }

  /** How sending stands, for alerts: with the numbers that are shown to a scraper. */
  async forScraper() {
    const all = await this.gather();
    return { all, parts: partsOf(all, null), situation: situationOf(all, null) };
  }

  private async gather(): Promise<Gathered> {
    const now = new Date(this.clock.now().epochMilliseconds);
    const [counts, motion, status, { transports }, rates] = await Promise.all([
      this.snapshots.counts.get(),
      this.snapshots.motion.get(),
      this.deliveries.sendingStatus(),
      this.transports.status(),
      this.rates.inForce(),
    ]);
    const limits = [rates.total?.perSecond ?? null, rates.identity.perSecond].filter(
      (limit) => limit !== null,
    );
    return {
      now,
      ...counts,
      ...motion,
      status,
      transports,
      alive: motion.workers.filter(isAlive),
      limit: limits.length > 0 ? Math.min(...limits) : null,
      warmUpDays: this.rates.daysAhead(rates, now.getTime()),
    };
  }
}
