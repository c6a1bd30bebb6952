import { Injectable } from '@nestjs/common';
import { addDays, type Campaign, type Step } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { SqlParameters } from '../audiences/audiences.types.js';
import type { Tx } from '../../platform/database/tx.js';
import { PlannerRepository, type ActiveCampaign } from './planner.repository.js';
import { TickCalendar, type StepSlot } from './step-slots.js';

/** A campaign version that runs, or is to be looked at as if it ran. */
export type AheadCampaign = Pick<ActiveCampaign, 'campaignId' | 'version' | 'definition'>;

/** One step of a campaign and the slots in which it comes due. */
export interface AheadPass {
  readonly step: Step;
  readonly slots: readonly StepSlot[];
}

// Local days begin up to 14 hours before those of UTC and end up to 12 hours after them; a skipped day adds one.
const widestZoneHours = 38;

/** The planner's own statements for the days ahead, for whoever looks at them without planning. */
@Injectable()
export class PlanAheadService {
  constructor(private readonly repository: PlannerRepository) {}

  /** Every version that runs, by campaign key. */
  running(tx: Tx): Promise<AheadCampaign[]> {
    return this.repository.activeCampaigns(tx);
  }

  /** Local days and moments, worked out once for all campaigns that are looked at with it. */
  async calendar(tx: Tx): Promise<TickCalendar> {
    return new TickCalendar(await this.repository.zones(tx));
  }

  /** The passes of a campaign over some local days, those without slots left out. */
  passes(definition: Campaign, calendar: TickCalendar, days: { from: string; to: string }): AheadPass[] {
    const window = {
      after: midnight(days.from).subtract({ hours: widestZoneHours }),
      asOf: midnight(addDays(days.to, 1)).add({ hours: widestZoneHours }),
    };
    return definition.steps.flatMap((step) => {
      const slots = calendar
        .slotsAhead(definition, step, window)
        .filter(({ localDate }) => localDate >= days.from && localDate <= days.to);
      return slots.length === 0 ? [] : [{ step, slots }];
    });
  }

  /**
   * The rows that a pass adds to the ledger, as a SELECT of subject_id, customer_id, policy_id, term_no, anchor_date,
   * local_date, due_at and outcome.
   */
  rows(campaign: AheadCampaign, { step, slots }: AheadPass, parameters: SqlParameters): string {
    return this.repository.newRows(campaign, step, slots, parameters);
  }
}

function midnight(date: string): Temporal.Instant {
  return Temporal.Instant.from(`${date}T00:00Z`);
}
