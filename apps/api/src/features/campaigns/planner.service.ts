import { Injectable } from '@nestjs/common';
import type { Step } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { countPlanned, inStage } from '../../platform/observability/metrics.js';
import type { PlanCounts, PlanResult } from './campaigns.types.js';
import { LastContactsRepository } from './last-contacts.repository.js';
import { LedgerPartitionsRepository } from './ledger-partitions.repository.js';
import { PlannerRepository, type PlanSetting } from './planner.repository.js';
import {
  RunningVersionsRepository,
  type RunningVersion,
  type StepKey,
} from './running-versions.repository.js';
import { searchOf, type Search } from './search-window.js';
import { TickCalendar, type StepSlot } from './step-slots.js';

/**
 * Campaigns planned at the same time. One statement keeps one core of the database busy, and no more of them are worth
 * the memory that they join a book in.
 */
const lanesOfPlanning = 2;

interface VersionPlan {
  version: RunningVersion;
  slots: StepSlot[];
  searched: boolean;
}

/** Brings into the ledger whatever has fallen due. Running it twice, late, or on two machines adds nothing more. */
@Injectable()
export class PlannerService {
  constructor(
    private readonly transactions: Transactions,
    private readonly versions: RunningVersionsRepository,
    private readonly repository: PlannerRepository,
    private readonly partitions: LedgerPartitionsRepository,
    private readonly lastContacts: LastContactsRepository,
  ) {}

  /**
   * Plans every version that runs up to `asOf`. Each is a transaction of its own: a crash leaves whole campaigns done
   * and whole campaigns to do, and the next run does the latter.
   */
  async plan(asOf: Temporal.Instant, search: Search = 'all'): Promise<PlanResult> {
    const { plans, setting } = await this.transactions.run((tx) => this.prepare(tx, asOf, search));
    const result: PlanResult = { asOf: asOf.toString(), planned: 0, expired: 0, heldOut: 0, byCampaign: {} };
    const campaigns = [...Map.groupBy(plans, ({ version }) => version.campaignId).values()];
    const lanes = Array.from({ length: lanesOfPlanning }, async () => {
      for (let next = campaigns.shift(); next !== undefined; next = campaigns.shift()) {
        for (const plan of next) await this.planVersion(plan, { setting, asOf, result });
      }
    });
    // All lanes come to their end before it is told that one has failed.
    const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
    await this.transactions.run((tx) => this.versions.endFinished(tx, asOf));
    return result;
  }

  /** One version, in a transaction of its own. */
  private async planVersion(
    { version, slots, searched }: VersionPlan,
    { setting, asOf, result }: { setting: PlanSetting; asOf: Temporal.Instant; result: PlanResult },
  ): Promise<void> {
    const work = () =>
      this.transactions.run(async (tx) => {
        if (!(await this.versions.hold(tx, version.campaignId, version.version))) return null;
        const counts = await this.repository.addDue(tx, version, { ...setting, slots, ahead: false }, asOf);
        await this.versions.advance(tx, stepsOf(version), asOf, searched);
        return counts;
      });
    const added = await inStage('plan', { slots: slots.length }, work);
    if (added === null) return;
    countPlanned(added);
    count(result, version.definition.key, added);
  }

  /** What each version has to do, decided before anything is written; those with nothing due are done with here. */
  private async prepare(
    tx: Tx,
    asOf: Temporal.Instant,
    search: Search,
  ): Promise<{ plans: VersionPlan[]; setting: PlanSetting }> {
    const versions = await this.versions.list(tx);
    const setting = await this.repository.setting(tx);
    if (versions.some(hangsOnSilence)) await this.lastContacts.refresh(tx, setting.zones);
    const calendar = new TickCalendar(setting.zones);
    const bookChangedAt = search === 'all' ? null : await this.repository.bookChangedAt(tx);
    const plans = versions.map((version): VersionPlan => {
      const { searched, after } = searchOf(version, { asOf, search, bookChangedAt });
      const slots = calendar.slotsOf(version.definition, { after, asOf });
      return { version, slots, searched };
    });
    await this.partitions.ensure(
      tx,
      new Set(plans.flatMap(({ slots }) => slots.map(({ anchorDate }) => anchorDate))),
    );
    const idle = plans.filter(({ slots }) => slots.length === 0);
    for (const searched of [true, false]) {
      const done = idle.filter((plan) => plan.searched === searched);
      await this.versions.advance(
        tx,
        done.flatMap(({ version }) => stepsOf(version)),
        asOf,
        searched,
      );
    }
    return { plans: plans.filter(({ slots }) => slots.length > 0), setting };
  }
}

/** Whether a campaign is counted from the last contact, which must then be known. */
export function hangsOnSilence({ definition }: Pick<RunningVersion, 'definition'>): boolean {
  return definition.trigger.type === 'date' && definition.trigger.field === 'customer.lastContact';
}

function stepsOf({ campaignId, version, definition }: RunningVersion): StepKey[] {
  return definition.steps.map(({ key }: Step) => ({ campaignId, version, step: key }));
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
