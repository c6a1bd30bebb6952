import { Injectable } from '@nestjs/common';
import { addDays, type People } from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { notFound } from '../../platform/http/problem.js';
import type { Tx } from '../../platform/database/tx.js';
import { PlanAheadService, type AheadCampaign } from '../campaigns/plan-ahead.service.js';
import { AheadWalk, type Watcher } from './ahead-walk.js';
import { DueBatchesRepository } from './due-batches.repository.js';
import { LimitsRepository } from './limits.repository.js';
import { PeopleRepository } from './people.repository.js';
import { report } from './report.js';
import { SilenceRepository } from './silence.repository.js';
import type { SimulationRequest, SimulationResult } from './simulation.types.js';
import { SnapshotRepository } from './snapshot.repository.js';
import { StatutoryRepository } from './statutory.repository.js';

/** Runs the planner forward on today's book with a clock of its own, changing nothing. */
@Injectable()
export class SimulatorService {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly snapshot: SnapshotRepository,
    private readonly ahead: PlanAheadService,
    private readonly people: PeopleRepository,
    private readonly due: DueBatchesRepository,
    private readonly limits: LimitsRepository,
    private readonly silence: SilenceRepository,
    private readonly statutory: StatutoryRepository,
  ) {}

  /**
   * What the days ahead bring, all of it from one snapshot of the book.
   * @throws ProblemError not_found when there is no such campaign
   * @throws the reason of `watcher.signal` when that ends the run
   */
  run(request: SimulationRequest, watcher: Watcher = {}): Promise<SimulationResult> {
    return this.snapshot.run({ signal: watcher.signal, wholeBook: true }, async (tx) => {
      const campaigns = await this.campaigns(tx, request);
      const people = await this.people.load(tx);
      const { walk, lanes } = await this.walk(tx, request, campaigns, people, watcher);
      const rate = this.config.mailRatePerSecond;
      const statutory = await this.statutory.missed(
        tx,
        campaigns.map(({ definition }) => definition),
      );
      return report(request, { walk, lanes, people, rate, statutory }, (numbers) =>
        this.people.ids(tx, numbers),
      );
    });
  }

  /** What runs, with the draft in the place of its own running version. */
  private async campaigns(tx: Tx, { campaign, draft }: SimulationRequest): Promise<AheadCampaign[]> {
    const running = await this.ahead.running(tx);
    for (const key of [campaign, draft]) {
      if (key !== undefined && (await this.snapshot.findLatest(tx, key)) === null) throw notFound('campaign');
    }
    if (draft === undefined) return running;
    const others = running.filter(({ definition }) => definition.key !== draft);
    return [...others, (await this.snapshot.findLatest(tx, draft))!];
  }

  private async walk(
    tx: Tx,
    { from, days }: SimulationRequest,
    campaigns: readonly AheadCampaign[],
    people: People,
    watcher: Watcher,
  ) {
    const today = this.clock.now().toString().slice(0, 10);
    // What comes before the first day takes places and breaks silences as well.
    const start = from < today ? from : today;
    const calendar = await this.ahead.calendar(tx);
    const passes = campaigns.flatMap((campaign) =>
      this.ahead
        .passes(campaign.definition, calendar, { from: start, to: addDays(from, days - 1) })
        .map((pass) => ({ campaign, pass })),
    );
    const limits = await this.limits.load(tx, start);
    const walk = new AheadWalk({ start, from, days, people, passes, limits }, watcher);
    for (const contacts of await this.limits.earlier(tx, start)) walk.addEarlier(contacts);
    if (walk.waitsForSilence) {
      for (const silence of await this.silence.since(tx, calendar)) walk.addSilence(silence);
    }
    await walk.run(
      (campaign, pass) => this.due.ofPass(tx, campaign, pass, false),
      (silent) => this.silence.set(tx, silent),
    );
    return walk;
  }
}
