import { Injectable } from '@nestjs/common';
import { addDays, ContactWalk, dayNumber, laneOf, type Lane, type People } from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { notFound } from '../../platform/http/problem.js';
import type { Tx } from '../../platform/database/tx.js';
import { PlanAheadService, type AheadCampaign } from '../campaigns/plan-ahead.service.js';
import { DueBatchesRepository } from './due-batches.repository.js';
import { LimitsRepository } from './limits.repository.js';
import { PeopleRepository } from './people.repository.js';
import { report } from './report.js';
import type { SimulationProgress, SimulationRequest, SimulationResult } from './simulation.types.js';
import { SnapshotRepository } from './snapshot.repository.js';

/** Who wants to know how a run goes on, and may end it. */
export interface Watcher {
  signal?: AbortSignal;
  progress?: (progress: SimulationProgress) => void;
}

/** Local days begin up to 14 hours before those of UTC. */
const earliestZoneMs = 14 * 3_600_000;
const dayMs = 86_400_000;

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
  ) {}

  /**
   * What the days ahead bring, all of it from one snapshot of the book.
   * @throws ProblemError not_found when there is no such campaign
   * @throws the reason of `watcher.signal` when that ends the run
   */
  run(request: SimulationRequest, watcher: Watcher = {}): Promise<SimulationResult> {
    return this.snapshot.run(watcher.signal, async (tx) => {
      const campaigns = await this.campaigns(tx, request);
      const people = await this.people.load(tx);
      const { walk, lanes } = await this.walk(tx, request, campaigns, people, watcher);
      const rate = this.config.mailRatePerSecond;
      return report(request, { walk, lanes, people, rate }, (numbers) => this.people.ids(tx, numbers));
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
    { signal, progress }: Watcher,
  ): Promise<{ walk: ContactWalk; lanes: Lane[] }> {
    const done: SimulationProgress = { campaigns: campaigns.length, campaignsDone: 0, days, daysWalked: 0 };
    const today = this.clock.now().toString().slice(0, 10);
    // What comes before the first day takes places and breaks silences as well.
    const start = from < today ? from : today;
    const calendar = await this.ahead.calendar(tx);
    const passes = campaigns.map((campaign) => ({
      campaign,
      passes: this.ahead.passes(campaign.definition, calendar, { from: start, to: addDays(from, days - 1) }),
    }));
    const lanes = passes.flatMap(({ campaign: { definition }, passes: own }) =>
      own.map(({ step, variant }) => laneOf(definition, { ...step, step: step.key, variant })),
    );
    const limits = await this.limits.load(tx, start);
    const walk = new ContactWalk({
      people,
      lanes,
      firstDay: dayNumber(from),
      days,
      limits: limits.places,
      timingOf: limits.timingOf,
    });
    for (const { day, people: written } of await this.limits.earlier(tx, start)) {
      for (const person of written) walk.letters.addEarlier(person, day);
    }
    let lane = 0;
    for (const { campaign, passes: own } of passes) {
      for (const pass of own) {
        signal?.throwIfAborted();
        for (const { subjects: _, ...batch } of await this.due.ofPass(tx, campaign, pass, false)) {
          walk.add({ ...batch, lane });
        }
        lane += 1;
      }
      done.campaignsDone += 1;
      progress?.({ ...done });
    }
    const first = dayNumber(start);
    const last = dayNumber(from) + days;
    for (let day = first; day < last; day += 1) {
      signal?.throwIfAborted();
      walk.advance((day + 1) * dayMs - earliestZoneMs);
      done.daysWalked = Math.max(0, day + 1 - dayNumber(from));
      progress?.({ ...done });
      // Other work of this process has its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    // The last local days end after those of UTC.
    walk.advance(last * dayMs + dayMs);
    return { walk, lanes };
  }
}
