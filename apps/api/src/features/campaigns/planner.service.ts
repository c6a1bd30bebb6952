import { Injectable } from '@nestjs/common';
import type { Step } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import type { PlanCounts, PlanResult } from './campaigns.types.js';
import { LedgerPartitionsRepository } from './ledger-partitions.repository.js';
import { PlannerRepository, type ActiveCampaign, type StepKey } from './planner.repository.js';
import { TickCalendar, type StepSlot } from './step-slots.js';

/**
 * How far back a run looks. `all`: through the whole catch-up window, so that whoever came into an audience late
 * is found. `recent`: that only now and then and after each import, else no further than the last run.
 */
export type Search = 'all' | 'recent';

// An import is looked for at once; this is for what changes without one, such as a consent.
const searchEvery = { minutes: 15 };

interface StepPlan extends StepKey {
  campaign: ActiveCampaign;
  definition: Step;
  slots: StepSlot[];
  searched: boolean;
}

/** Brings into the ledger whatever has fallen due. Running it twice, late, or on two machines adds nothing more. */
@Injectable()
export class PlannerService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: PlannerRepository,
    private readonly partitions: LedgerPartitionsRepository,
  ) {}

  /**
   * Plans every active campaign up to `asOf`. Each step is a transaction of its own: a crash leaves whole steps
   * done and whole steps to do, and the next run does the latter.
   */
  async plan(asOf: Temporal.Instant, search: Search = 'all'): Promise<PlanResult> {
    const plans = await this.transactions.run((tx) => this.prepare(tx, asOf, search));
    const result: PlanResult = { asOf: asOf.toString(), planned: 0, expired: 0, heldOut: 0, byCampaign: {} };
    for (const plan of plans) {
      const added = await this.transactions.run(async (tx) => {
        if (!(await this.repository.hold(tx, plan.campaignId, plan.campaign.version))) return null;
        const counts = await this.repository.addDue(tx, plan.campaign, plan.definition, plan.slots, asOf);
        await this.repository.advance(tx, [plan], asOf, plan.searched);
        return counts;
      });
      if (added !== null) count(result, plan.campaign.definition.key, added);
    }
    return result;
  }

  /** What each step has to do, decided before anything is written; steps with nothing due are done with here. */
  private async prepare(tx: Tx, asOf: Temporal.Instant, search: Search): Promise<StepPlan[]> {
    const campaigns = await this.repository.activeCampaigns(tx);
    if (campaigns.length === 0) return [];
    const calendar = new TickCalendar(await this.repository.zones(tx));
    const bookChangedAt = search === 'all' ? null : await this.repository.bookChangedAt(tx);
    const plans = campaigns.flatMap((campaign) =>
      campaign.definition.steps.map((definition): StepPlan => {
        const progress = campaign.steps.find(({ step }) => step === definition.key);
        const searched = search === 'all' || isSearchDue(progress?.searchedAt ?? null, bookChangedAt, asOf);
        const windowStart = asOf.subtract({ hours: campaign.definition.catchUpHours });
        const watermark = progress ? instantOf(progress.plannedUntil) : windowStart;
        const after = searched ? earlier(watermark, windowStart) : watermark;
        const slots = calendar.slotsOf(campaign.definition, definition, { after, asOf });
        return {
          campaignId: campaign.campaignId,
          version: campaign.version,
          step: definition.key,
          campaign,
          definition,
          slots,
          searched,
        };
      }),
    );
    await this.partitions.ensure(
      tx,
      new Set(plans.flatMap(({ slots }) => slots.map(({ anchorDate }) => anchorDate))),
    );
    const idle = plans.filter(({ slots }) => slots.length === 0);
    for (const searched of [true, false]) {
      await this.repository.advance(
        tx,
        idle.filter((plan) => plan.searched === searched),
        asOf,
        searched,
      );
    }
    return plans.filter(({ slots }) => slots.length > 0);
  }
}

/** A clock that was set back has searched in the future: then search as well. */
function isSearchDue(searchedAt: Date | null, bookChangedAt: Date | null, asOf: Temporal.Instant): boolean {
  if (searchedAt === null) return true;
  const last = instantOf(searchedAt);
  if (bookChangedAt !== null && Temporal.Instant.compare(instantOf(bookChangedAt), last) >= 0) return true;
  const next = last.add(searchEvery);
  return Temporal.Instant.compare(asOf, next) >= 0 || Temporal.Instant.compare(asOf, last) < 0;
}

function instantOf(date: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(date.getTime());
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) < 0 ? one : other;
}

function count(result: PlanResult, key: string, added: PlanCounts): void {
  if (added.planned + added.expired + added.heldOut === 0) return;
  const ofCampaign = (result.byCampaign[key] ??= { planned: 0, expired: 0, heldOut: 0 });
  for (const counts of [result, ofCampaign]) {
    counts.planned += added.planned;
    counts.expired += added.expired;
    counts.heldOut += added.heldOut;
  }
}
