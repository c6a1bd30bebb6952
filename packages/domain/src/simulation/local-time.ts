import { Temporal } from 'temporal-polyfill';
import { contactTime, instantOn, lastContactDay, type ContactTiming } from '../contact/contact-time.js';
import type { ContactHours } from '../rule-packs/rule-pack.js';
import type { GateReason } from '../contact/gate-reasons.js';
import type { Lane } from './lane.js';

/** When people of one region may be written to. */
export interface RegionTiming {
  readonly hours: ContactHours;
  readonly closedDays: ReadonlySet<string>;
}

/** A civil day, as a date and as the number of days since 1970. */
export interface LocalMoment {
  readonly date: string;
  readonly day: number;
}

/** Where a row goes that does not go now. `until` null: nowhere, its window ends before. */
export interface Delay {
  readonly reason: GateReason;
  readonly until: number | null;
}

export function dayNumber(date: string): number {
  return Date.parse(date) / 86_400_000;
}

export function dateOfDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/**
 * The clocks of the zones, each moment read once for all who live by it. The rules of hours and days are the
 * gate's own; here is only remembered what they said.
 */
export class LocalTime {
  private readonly known = new Map<string, LocalMoment>();
  private readonly open = new Map<RegionTiming, Set<string>>();

  at(moment: number, zone: string): LocalMoment {
    const key = `${moment} ${zone}`;
    let local = this.known.get(key);
    if (local === undefined) {
      const date = instant(moment).toZonedDateTimeISO(zone).toPlainDate().toString();
      this.known.set(key, (local = { date, day: dayNumber(date) }));
    }
    return local;
  }

  /** Why a row may not go at a moment as far as the hour and the day go, and when it may; null: it may now. */
  delay(
    lane: Lane,
    row: { zone: string; dueAt: number },
    region: RegionTiming,
    moment: number,
  ): Delay | null {
    // That it may go has nothing to do with whose row it is: asked once for all lanes of a class.
    const key = `${moment} ${row.zone} ${lane.class} ${lane.channel}`;
    const open = this.open.get(region) ?? new Set<string>();
    if (open.has(key)) return null;
    const decision = contactTime(lane, timingOf(lane, row, region), instant(moment));
    if (!decision.open) return { reason: decision.reason, until: decision.until?.epochMilliseconds ?? null };
    this.open.set(region, open.add(key));
    return null;
  }

  /** When a row goes whose first free day is `from`: the first day from there on that its window and region allow. */
  onFreeDay(
    lane: Lane,
    row: { zone: string; dueAt: number },
    region: RegionTiming,
    free: (day: number) => number,
    from: number,
  ): number | null {
    const timing = timingOf(lane, row, region);
    const last = dayNumber(lastContactDay(timing));
    let day = free(from);
    while (day <= last && region.closedDays.has(dateOfDay(day))) day = free(day + 1);
    return day > last ? null : (instantOn(dateOfDay(day), timing)?.epochMilliseconds ?? null);
  }
}

function timingOf(
  lane: Lane,
  { zone, dueAt }: { zone: string; dueAt: number },
  region: RegionTiming,
): ContactTiming {
  return {
    zone,
    ...region,
    dueAt: instant(dueAt),
    expiresAt: instant(dueAt).add({ hours: lane.catchUpHours }),
  };
}

function instant(moment: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(moment);
}
