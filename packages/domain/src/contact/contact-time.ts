import { Temporal } from 'temporal-polyfill';
import { addDays } from '../time/civil-date.js';
import { dueInstant } from '../time/slots.js';
import { localDay, localTime } from '../time/local-day.js';
import type { ContactHours } from '../rule-packs/rule-pack.js';
import type { Channel } from '../campaigns/step.js';
import type { ContactClass } from './classes.js';

/** Every hour of the day. */
export const anyHour: ContactHours = { opens: '00:00', closes: '24:00' };

/** What says when one customer may be written to. */
export interface ContactTiming {
  /** The customer's own zone. */
  readonly zone: string;
  readonly hours: ContactHours;
  /** Civil days, in the customer's region, on which nothing of marketing goes out. */
  readonly closedDays: ReadonlySet<string>;
  /** When the message was due first: put off to another day, it goes at the same time of that day. */
  readonly dueAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant;
}

/** `until` is null when the message's window ends before it may go again. */
export type TimeDecision =
  | { readonly open: true; readonly today: string }
  | {
      readonly open: false;
      readonly reason: 'quiet_hours' | 'no_contact_day';
      readonly until: Temporal.Instant | null;
      /** The civil day of `until`; null where that is. */
      readonly contactOn: string | null;
    };

/**
 * The hours in which letters leave: those of the house, and of them what the law of the customer's region leaves
 * (null: it says nothing). The laws speak of calls, so a house that keeps no hours for its letters is not given
 * theirs. Where the result opens no earlier than it closes, there are none.
 */
export function hoursOfContact(house: ContactHours, byLaw: ContactHours | null): ContactHours {
  const keepsNone = house.opens === anyHour.opens && house.closes === anyHour.closes;
  if (byLaw === null || keepsNone) return house;
  return {
    opens: house.opens > byLaw.opens ? house.opens : byLaw.opens,
    closes: house.closes < byLaw.closes ? house.closes : byLaw.closes,
  };
}

/**
 * Whether the hour and the day are fit for a message, and if not, when they will be. Legal notices go at any time,
 * and so do portal notices and tasks, which wait quietly until somebody looks; no-contact days hold back marketing
 * alone. Outside the hours it waits for the next day's (or this day's) first one; on a no-contact day, for the next
 * day that is none.
 */
export function contactTime(
  { class: contactClass, channel }: { readonly class: ContactClass; readonly channel: Channel },
  given: ContactTiming,
  now: Temporal.Instant,
): TimeDecision {
  const timing = channel === 'email' ? given : { ...given, hours: anyHour };
  const { day: today, time } = localTime(now, timing.zone);
  if (contactClass === 'legal') return { open: true, today };
  const closedDays = contactClass === 'marketing' ? timing.closedDays : noDays;
  if (closedDays.has(today)) {
    const day = nextOpenDay(addDays(today, 1), closedDays);
    return shut('no_contact_day', instantOn(day, timing), timing);
  }
  if (time >= timing.hours.opens && time < timing.hours.closes) return { open: true, today };
  const day = time < timing.hours.opens ? today : nextOpenDay(addDays(today, 1), closedDays);
  return shut('quiet_hours', firstHourOn(day, timing), timing);
}

/**
 * When a message goes that is put off to a civil day: at the time of day it was due, or at the first hour allowed
 * where that lies outside the hours or after the end of its window. Null when the day is no more inside the window.
 */
export function instantOn(day: string, timing: ContactTiming): Temporal.Instant | null {
  const { zone, hours, dueAt, expiresAt } = timing;
  const time = dueAt.toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' });
  if (time >= hours.opens && time < hours.closes) {
    const at = dueInstant(day, time, zone);
    if (Temporal.Instant.compare(at, expiresAt) <= 0) return at;
  }
  return firstHourOn(day, timing);
}

/** The last civil day on which a message may still go, before any no-contact day is looked at. */
export function lastContactDay({ zone, hours, expiresAt }: ContactTiming): string {
  const local = expiresAt.toZonedDateTimeISO(zone);
  const day = local.toPlainDate().toString();
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return time < hours.opens ? addDays(day, -1) : day;
}

const noDays: ReadonlySet<string> = new Set();

/** No holiday is longer; a calendar that closes every day for ever must not keep the search going. */
const longestClosure = 366;

function nextOpenDay(from: string, closedDays: ReadonlySet<string>): string {
  let day = from;
  for (let days = 0; days < longestClosure && closedDays.has(day); days += 1) day = addDays(day, 1);
  return day;
}

function firstHourOn(day: string, { zone, hours, expiresAt }: ContactTiming): Temporal.Instant | null {
  if (hours.closes <= hours.opens) return null;
  const at = dueInstant(day, hours.opens, zone);
  return Temporal.Instant.compare(at, expiresAt) <= 0 ? at : null;
}

function shut(
  reason: 'quiet_hours' | 'no_contact_day',
  until: Temporal.Instant | null,
  { zone }: ContactTiming,
): TimeDecision {
  const contactOn = until === null ? null : localDay(until, zone);
  return { open: false, reason, until, contactOn };
}
