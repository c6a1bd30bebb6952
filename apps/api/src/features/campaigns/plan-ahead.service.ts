import { Injectable } from '@nestjs/common';
import { addDays, type Campaign, type Step } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { SqlParameters } from '../audiences/audiences.types.js';
import type { Tx } from '../../platform/database/tx.js';
import { LastContactsRepository } from './last-contacts.repository.js';
import { PlannerRepository, type PlannedVersion, type PlanSetting } from './planner.repository.js';
import { RunningVersionsRepository } from './running-versions.repository.js';
import { passesOf, TickCalendar, type StepSlot } from './step-slots.js';

/** A campaign version that runs, or is to be looked at as if it ran. */
export type AheadCampaign = PlannedVersion;

/** The days ahead as the planner reckons them, for all campaigns that are looked at together. */
export interface AheadCalendar extends PlanSetting {
  readonly days: TickCalendar;
}

/** One step of a campaign, or one arm of its experiment, and the slots in which it comes due. */
export interface AheadPass {
  readonly step: Step;
  /** The arm's key. */
  readonly variant: string | null;
  /** The place of the pass among all of the campaign's. */
  readonly pass: number;
  /** Its own slots, and those of steps that overtake it at the same moment. */
  readonly slots: readonly StepSlot[];
  readonly setting: PlanSetting;
}

// Local days begin up to 14 hours before those of UTC and end up to 12 hours after them; a skipped day adds one.
const widestZoneHours = 38;

/** The planner's own statements for the days ahead, for whoever looks at them without planning. */
@Injectable()
export class PlanAheadService {
  constructor(
    private readonly versions: RunningVersionsRepository,
    private readonly repository: PlannerRepository,
    private readonly lastContacts: LastContactsRepository,
  ) {}

  /** Every version that runs, by campaign key. */
  running(tx: Tx): Promise<AheadCampaign[]> {
    return this.versions.list(tx);
  }

  /**
   * Local days and moments, worked out once for all campaigns that are looked at with it.
   * @param only these zones; all of the book's when left out
   */
  async calendar(tx: Tx, only?: string[]): Promise<AheadCalendar> {
    const setting = await this.repository.setting(tx);
    const zones = only ?? setting.zones;
    return { ...setting, zones, days: new TickCalendar(zones) };
  }

  /**
   * Brings the days of last contact up to date without a trace: in temporary tables that stand before the real ones
   * until the transaction ends, and may be changed at will.
   */
  async forgetfulSilence(tx: Tx, { zones }: AheadCalendar): Promise<void> {
    for (const table of ['last_contacts', 'last_contacts_progress']) {
      await tx.query(`CREATE TEMPORARY TABLE ${table} (LIKE public.${table} INCLUDING ALL) ON COMMIT DROP`);
      await tx.query(`INSERT INTO ${table} SELECT * FROM public.${table}`);
    }
    await this.lastContacts.refresh(tx, zones);
  }

  /** The passes of a campaign over some local days, those without slots left out. */
  passes(definition: Campaign, calendar: AheadCalendar, dates: { from: string; to: string }): AheadPass[] {
    const { days, ...setting } = calendar;
    const slots = this.slots(definition, days, dates);
    return passesOf(definition).flatMap(({ step, arm }, pass) => {
      const own = slots.filter((slot) => slot.pass === pass);
      if (own.length === 0) return [];
      const contested = own.some(({ rank }) => rank !== null);
      const rivals = contested ? slots.filter((slot) => slot.pass !== pass && slot.rank !== null) : [];
      return [{ step, variant: arm?.variant.key ?? null, pass, slots: [...own, ...rivals], setting }];
    });
  }

  /** The slots of all passes over some local days, each judged at its own moment. */
  slots(definition: Campaign, days: TickCalendar, dates: { from: string; to: string }): StepSlot[] {
    const window = {
      after: midnight(dates.from).subtract({ hours: widestZoneHours }),
      asOf: midnight(addDays(dates.to, 1)).add({ hours: widestZoneHours }),
    };
    return days
      .slotsAhead(definition, window)
      .filter(({ localDate }) => localDate >= dates.from && localDate <= dates.to);
  }

  /**
   * The rows that a pass adds to the ledger, as a SELECT of subject_id, customer_id, policy_id, term_no, zone,
   * anchor_date, local_date, due_at and outcome.
   */
  rows(campaign: AheadCampaign, { pass, slots, setting }: AheadPass, parameters: SqlParameters): string {
    const rows = this.repository.newRows(campaign, { ...setting, slots, ahead: true }, parameters);
    return `SELECT * FROM (${rows}) due WHERE pass = ${pass}`;
  }
}

function midnight(date: string): Temporal.Instant {
  return Temporal.Instant.from(`${date}T00:00Z`);
}
