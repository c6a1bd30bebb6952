import {
  addDays,
  dateTriggerFields,
  dueInstant,
  isTimeZone,
  parseOnceAt,
  slotsDue,
  type Campaign,
  type Slot,
  type Step,
} from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';

/** One local day on which a step is due for the subjects of one zone and one anchor date. */
export interface StepSlot {
  /** null: one moment for everyone, whatever their zone. */
  readonly zone: string | null;
  readonly anchorDate: string;
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
  /** The catch-up window had passed already. */
  readonly missed: boolean;
  /** Local days of later steps of the same anchor that are due as well: only the latest of them goes out. */
  readonly laterDates: readonly string[];
}

/** The time that a tick plans: after the earlier of the two starts, up to and with `asOf`. */
export interface TickWindow {
  readonly after: Temporal.Instant;
  readonly asOf: Temporal.Instant;
}

/**
 * The local days and moments of one tick, each worked out once however many steps share it. The zones are those
 * of the book; one that this machine does not know is kept in UTC, so that nobody is forgotten.
 */
export class TickCalendar {
  private readonly known = new Map<string, Slot[]>();
  private readonly moments = new Map<string, Temporal.Instant>();

  constructor(private readonly zones: readonly string[]) {}

  /** The slots that one tick at `asOf` has to deal with. Triggers that do not hang on a date have none. */
  slotsOf(campaign: Campaign, step: Step, { after, asOf }: TickWindow): StepSlot[] {
    const windowStart = asOf.subtract({ hours: campaign.catchUpHours });
    const missed = (dueAt: Temporal.Instant) => Temporal.Instant.compare(dueAt, windowStart) <= 0;
    return this.slots(campaign, step, { after, asOf }, (dueAt) => ({ missed: missed(dueAt), seen: asOf }));
  }

  /** The slots that come if a tick meets each at its moment: what is to be expected of the time ahead. */
  slotsAhead(campaign: Campaign, step: Step, window: TickWindow): StepSlot[] {
    return this.slots(campaign, step, window, (dueAt) => ({ missed: false, seen: dueAt }));
  }

  private slots(
    campaign: Campaign,
    step: Step,
    { after, asOf }: TickWindow,
    judge: (dueAt: Temporal.Instant) => { missed: boolean; seen: Temporal.Instant },
  ): StepSlot[] {
    const { trigger } = campaign;
    const once = trigger.type === 'once' ? parseOnceAt(trigger.at) : null;
    if (once === null && trigger.type !== 'date') return [];
    const fixedZone = once?.zone ?? null;
    const days = this.due(fixedZone === null ? this.zones : [fixedZone], step.at, { after, asOf });
    return days.flatMap(({ zone, localDate, dueAt }): StepSlot[] => {
      const anchorDate = addDays(localDate, -step.offsetDays);
      if (!withinBounds(campaign, localDate) || (once !== null && once.date !== anchorDate)) return [];
      const { missed, seen } = judge(dueAt);
      const laterDates = missed ? [] : this.laterDates(campaign, step, { zone, anchorDate, dueAt }, seen);
      return [{ zone: fixedZone === null ? zone : null, anchorDate, localDate, dueAt, missed, laterDates }];
    });
  }

  private laterDates(
    campaign: Campaign,
    step: Step,
    { zone, anchorDate, dueAt }: { zone: string; anchorDate: string; dueAt: Temporal.Instant },
    asOf: Temporal.Instant,
  ): string[] {
    const place = campaign.steps.indexOf(step);
    return campaign.steps.flatMap((other, index) => {
      // Two steps of one day may still be in either order; a step of an earlier day cannot come later, but where
      // a zone skipped a day.
      if (other === step || other.offsetDays < step.offsetDays - 1) return [];
      const localDate = addDays(anchorDate, other.offsetDays);
      if (!withinBounds(campaign, localDate)) return [];
      const moment = this.moment(localDate, other.at, zone);
      if (Temporal.Instant.compare(moment, asOf) > 0) return [];
      const order = Temporal.Instant.compare(moment, dueAt) || index - place;
      return order > 0 ? [localDate] : [];
    });
  }

  private due(zones: readonly string[], at: string, { after, asOf }: TickWindow): Slot[] {
    const key = [
      at,
      after.epochMilliseconds,
      asOf.epochMilliseconds,
      zones === this.zones ? '' : zones[0],
    ].join(' ');
    let slots = this.known.get(key);
    if (slots === undefined) {
      slots = zones.flatMap((zone) =>
        slotsDue({ zones: [knownZone(zone)], at, after, upTo: asOf }).map((slot) => ({ ...slot, zone })),
      );
      this.known.set(key, slots);
    }
    return slots;
  }

  private moment(localDate: string, at: string, zone: string): Temporal.Instant {
    const key = `${localDate} ${at} ${zone}`;
    let moment = this.moments.get(key);
    if (moment === undefined) {
      moment = dueInstant(localDate, at, knownZone(zone));
      this.moments.set(key, moment);
    }
    return moment;
  }
}

/** Whether a campaign's steps hang on dates: those of the other triggers are not planned yet. */
export function isPlannable({ trigger }: Campaign): boolean {
  return trigger.type === 'once' || trigger.type === 'date';
}

/** Whether the trigger's date returns every year. */
export function isYearly({ trigger }: Campaign): boolean {
  return trigger.type === 'date' && dateTriggerFields[trigger.field].yearly;
}

function withinBounds({ startsOn, endsOn }: Campaign, localDate: string): boolean {
  return (startsOn === null || localDate >= startsOn) && (endsOn === null || localDate <= endsOn);
}

// An offset is no zone of the book's, but a once campaign may be fixed to one.
function knownZone(zone: string): string {
  return isTimeZone(zone) || /^[+-]\d\d:\d\d$/.test(zone) ? zone : 'UTC';
}
