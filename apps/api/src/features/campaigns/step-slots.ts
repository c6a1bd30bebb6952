import {
  addDays,
  dateTriggerFields,
  dueInstant,
  isTimeZone,
  parseOnceAt,
  recurrenceDays,
  slotsDue,
  variantRanges,
  type Campaign,
  type Slot,
  type Step,
  type Variant,
} from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';

/** A step as one arm of its experiment has it; a step without an experiment is one pass. */
export interface Pass {
  readonly step: Step;
  /** The place of the step in the campaign. */
  readonly place: number;
  /** The arm, and the stretch of [0, 1) in which the points of its subjects lie. */
  readonly arm: { readonly variant: Variant; readonly from: number; readonly to: number } | null;
  readonly at: string;
  readonly template: string;
}

/** The passes of a campaign, in the order of its steps and their variants. */
export function passesOf({ steps }: Campaign): Pass[] {
  return steps.flatMap((step, place): Pass[] => {
    const plain = { step, place, arm: null, at: step.at, template: step.template };
    if (step.variants.length === 0) return [plain];
    return variantRanges(step.variants).map((arm) => ({
      ...plain,
      arm,
      at: arm.variant.at ?? step.at,
      template: arm.variant.template ?? step.template,
    }));
  });
}

/** One local day on which a pass is due for the subjects of one zone and one anchor date. */
export interface StepSlot {
  /** The place of the pass in {@link passesOf}. */
  readonly pass: number;
  /** The place of its step in the campaign. */
  readonly step: number;
  /** null: one moment for everyone, whatever their zone. */
  readonly zone: string | null;
  readonly anchorDate: string;
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
  /** The catch-up window had passed already. */
  readonly missed: boolean;
  /** Of several steps of one anchor that are due, the one with the highest rank goes out; null: there is but one. */
  readonly rank: number | null;
}

/** The time that is planned: of each step what is due after a moment of its own, of all of them up to `asOf`. */
export interface TickWindow {
  readonly after: (step: Step) => Temporal.Instant;
  readonly asOf: Temporal.Instant;
}

type Candidate = Omit<StepSlot, 'rank'> & { readonly ownMoment: Temporal.Instant };

/**
 * The local days and moments of one tick, each worked out once however many steps share it. The zones are those
 * of the book; one that this machine does not know is kept in UTC, so that nobody is forgotten.
 */
export class TickCalendar {
  private readonly known = new Map<string, Slot[]>();
  private readonly moments = new Map<string, Temporal.Instant>();

  constructor(readonly zones: readonly string[]) {}

  /** The slots that one tick at `asOf` has to deal with. */
  slotsOf(campaign: Campaign, { after, asOf }: TickWindow): StepSlot[] {
    const windowStart = asOf.subtract({ hours: campaign.catchUpHours });
    const missed = (dueAt: Temporal.Instant) => Temporal.Instant.compare(dueAt, windowStart) <= 0;
    return ranked(this.candidates(campaign, { after, asOf }, missed), () => true);
  }

  /** The slots that come if a tick meets each at its moment: what is to be expected of the time ahead. */
  slotsAhead(campaign: Campaign, window: { after: Temporal.Instant; asOf: Temporal.Instant }): StepSlot[] {
    const candidates = this.candidates(
      campaign,
      { after: () => window.after, asOf: window.asOf },
      () => false,
    );
    // A later step overtakes an earlier one only where it is due no later.
    return ranked(candidates, (steps) =>
      steps.some((one, index) =>
        steps
          .slice(index + 1)
          .some((later) => later.step !== one.step && Temporal.Instant.compare(later.dueAt, one.dueAt) <= 0),
      ),
    );
  }

  private candidates(
    campaign: Campaign,
    { after, asOf }: TickWindow,
    missed: (dueAt: Temporal.Instant) => boolean,
  ): Candidate[] {
    const { trigger } = campaign;
    const once = trigger.type === 'once' ? parseOnceAt(trigger.at) : null;
    const zones = once?.zone ? [once.zone] : this.zones;
    return passesOf(campaign).flatMap(({ step, place, at }, pass) => {
      const days = this.due(zones, at, after(step), asOf).filter(({ localDate }) =>
        withinBounds(campaign, localDate),
      );
      const anchors = anchorsOf(campaign, step, days);
      return days.flatMap(({ zone, localDate, dueAt }): Candidate[] => {
        const anchorDate = anchors.get(localDate);
        if (anchorDate === undefined) return [];
        const ownMoment = at === step.at ? dueAt : this.moment(localDate, step.at, zone);
        const slot = { pass, step: place, anchorDate, localDate, dueAt, missed: missed(dueAt), ownMoment };
        return [{ ...slot, zone: once?.zone ? null : zone }];
      });
    });
  }

  private due(zones: readonly string[], at: string, after: Temporal.Instant, asOf: Temporal.Instant): Slot[] {
    const ofBook = zones === this.zones ? '' : zones[0];
    const key = [at, after.epochMilliseconds, asOf.epochMilliseconds, ofBook].join(' ');
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

/** The anchor date that each local day of a step is counted from; of a trigger with days of its own, only those. */
function anchorsOf(campaign: Campaign, step: Step, days: readonly Slot[]): Map<string, string> {
  const { trigger, startsOn } = campaign;
  const dates = [...new Set(days.map(({ localDate }) => localDate))].sort();
  const anchors = new Map(dates.map((date) => [date, addDays(date, -step.offsetDays)]));
  if (trigger.type !== 'once' && trigger.type !== 'recurring') return anchors;
  const [from, to] = [anchors.get(dates[0] ?? ''), anchors.get(dates.at(-1) ?? '')];
  if (from === undefined || to === undefined) return anchors;
  const own = new Set(
    trigger.type === 'once'
      ? [parseOnceAt(trigger.at)?.date]
      : recurrenceDays(trigger.rrule, startsOn, { from, to }),
  );
  return new Map([...anchors].filter(([, anchor]) => own.has(anchor)));
}

/** Gives ranks to the steps that are due for one zone and anchor together, in the order of their own moments. */
function ranked(
  candidates: readonly Candidate[],
  isContest: (inOrder: readonly Candidate[]) => boolean,
): StepSlot[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    if (candidate.missed) continue;
    const key = `${candidate.zone} ${candidate.anchorDate}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [candidate]);
    else group.push(candidate);
  }
  const ranks = new Map<Candidate, number>();
  for (const group of groups.values()) {
    if (group.every(({ step }) => step === group[0]!.step)) continue;
    const inOrder = group.toSorted(
      (a, b) => Temporal.Instant.compare(a.ownMoment, b.ownMoment) || a.step - b.step,
    );
    if (!isContest(inOrder)) continue;
    const steps = [...new Set(inOrder.map(({ step }) => step))];
    for (const candidate of group) ranks.set(candidate, steps.indexOf(candidate.step));
  }
  return candidates.map((candidate) => {
    const { pass, step, zone, anchorDate, localDate, dueAt, missed } = candidate;
    const rank = ranks.get(candidate) ?? null;
    return { pass, step, zone, anchorDate, localDate, dueAt, missed, rank };
  });
}

/** Whether the trigger's date returns every year. */
export function isYearly({ trigger }: Campaign): boolean {
  return trigger.type === 'date' && dateTriggerFields[trigger.field].yearly;
}

function withinBounds({ startsOn, endsOn }: Campaign, localDate: string): boolean {
  return (startsOn === null || localDate >= startsOn) && (endsOn === null || localDate <= endsOn);
}

/** The zone to reckon with for one that the book names. An offset is none of the book's, but a campaign may be fixed to one. */
export function knownZone(zone: string): string {
  return isTimeZone(zone) || /^[+-]\d\d:\d\d$/.test(zone) ? zone : 'UTC';
}
