import { Injectable } from '@nestjs/common';
import { addDays, type Campaign, type ContactClass } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { PlannerRepository, type ActiveCampaign } from './planner.repository.js';
import { TickCalendar } from './step-slots.js';

/** How many messages of one step fall on one local day, and the first moment of them. */
export interface ForecastLine {
  key: string;
  class: ContactClass;
  step: string;
  date: string;
  count: number;
  firstAt: string;
}

// Local days begin up to 14 hours before those of UTC and end up to 12 hours after them; a skipped day adds one.
const widestZoneHours = 38;

/** Looks at the time ahead with the planner's own statement, changing nothing. The book is taken as it is now. */
@Injectable()
export class ForecastService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: PlannerRepository,
  ) {}

  /**
   * What active campaigns would send on the local days from `from` on, but for rows that the ledger has already.
   * @param from civil date, the first of the days
   * @param key of one campaign, or all
   */
  async ahead(given: {
    from: string;
    days: number;
    key?: string;
    after?: Temporal.Instant;
  }): Promise<ForecastLine[]> {
    return this.transactions.run(async (tx) => {
      const campaigns = await this.repository.activeCampaigns(tx);
      const chosen = campaigns.filter(
        ({ definition }) => given.key === undefined || definition.key === given.key,
      );
      if (chosen.length === 0) return [];
      const calendar = new TickCalendar(await this.repository.zones(tx));
      const lines: ForecastLine[] = [];
      for (const campaign of chosen) lines.push(...(await this.ofCampaign(tx, campaign, calendar, given)));
      return lines;
    });
  }

  private async ofCampaign(
    tx: Tx,
    campaign: ActiveCampaign,
    calendar: TickCalendar,
    given: { from: string; days: number; after?: Temporal.Instant },
  ): Promise<ForecastLine[]> {
    const { definition } = campaign;
    const last = addDays(given.from, given.days - 1);
    const start = midnight(given.from).subtract({ hours: widestZoneHours });
    const window = {
      after:
        given.after !== undefined && Temporal.Instant.compare(given.after, start) > 0 ? given.after : start,
      asOf: midnight(last).add({ hours: 24 + widestZoneHours }),
    };
    const lines: ForecastLine[] = [];
    for (const step of definition.steps) {
      const slots = calendar
        .slotsAhead(definition, step, window)
        .filter(({ localDate }) => localDate >= given.from && localDate <= last);
      if (slots.length === 0) continue;
      const days = await this.repository.countDue(tx, campaign, step, slots);
      lines.push(
        ...days.map((day) => ({ key: definition.key, class: definition.class, step: step.key, ...day })),
      );
    }
    return lines;
  }
}

/** The local day in which a row of the ledger is sent. */
export function localDayOf(definition: Campaign, step: string, anchorDate: string): string {
  const offset = definition.steps.find(({ key }) => key === step)?.offsetDays ?? 0;
  return addDays(anchorDate, offset);
}

function midnight(date: string): Temporal.Instant {
  return Temporal.Instant.from(`${date}T00:00Z`);
}
