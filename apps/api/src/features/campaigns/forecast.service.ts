import { Injectable } from '@nestjs/common';
import { addDays, type Campaign, type ContactClass } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { PlanAheadService, type AheadCalendar } from './plan-ahead.service.js';
import { PlannerRepository } from './planner.repository.js';
import { RunningVersionsRepository, type RunningVersion } from './running-versions.repository.js';

/** How many messages of one step fall on one local day, and the first moment of them. */
export interface ForecastLine {
  key: string;
  class: ContactClass;
  step: string;
  date: string;
  count: number;
  firstAt: string;
}

/** Looks at the time ahead with the planner's own statement, changing nothing. The book is taken as it is now. */
@Injectable()
export class ForecastService {
  constructor(
    private readonly transactions: Transactions,
    private readonly versions: RunningVersionsRepository,
    private readonly repository: PlannerRepository,
    private readonly planAhead: PlanAheadService,
  ) {}

  /**
   * What active campaigns would send on the local days from `from` on, but for rows that the ledger has already.
   * @param from civil date, the first of the days
   * @param key of one campaign, or all
   * @param after leaves out what is due up to then
   */
  async ahead(given: {
    from: string;
    days: number;
    key?: string;
    after?: Temporal.Instant;
  }): Promise<ForecastLine[]> {
    return this.transactions.run(async (tx) => {
      const versions = await this.versions.list(tx);
      const chosen = versions.filter(
        ({ definition }) => given.key === undefined || definition.key === given.key,
      );
      if (chosen.length === 0) return [];
      const calendar = await this.planAhead.calendar(tx);
      const lines: ForecastLine[] = [];
      for (const version of chosen) lines.push(...(await this.ofVersion(tx, version, calendar, given)));
      return lines;
    });
  }

  private async ofVersion(
    tx: Tx,
    version: RunningVersion,
    { days, ...setting }: AheadCalendar,
    { from, days: number, after }: { from: string; days: number; after?: Temporal.Instant },
  ): Promise<ForecastLine[]> {
    const { definition } = version;
    const slots = this.planAhead
      .slots(definition, days, { from, to: addDays(from, number - 1) })
      .filter(({ dueAt }) => after === undefined || Temporal.Instant.compare(dueAt, after) > 0);
    if (slots.length === 0) return [];
    const lines = await this.repository.countDue(tx, version, { ...setting, slots, ahead: true });
    return lines.map((line) => ({ key: definition.key, class: definition.class, ...line }));
  }
}

/** The local day in which a row of the ledger is sent. */
export function localDayOf(definition: Campaign, step: string, anchorDate: string): string {
  const offset = definition.steps.find(({ key }) => key === step)?.offsetDays ?? 0;
  return addDays(anchorDate, offset);
}
