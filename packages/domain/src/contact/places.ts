import { Temporal } from 'temporal-polyfill';
import { addDays } from '../time/civil-date.js';

/** How often somebody may be written to: so many contacts in any so many civil days. 0 contacts: no limit. */
export interface ContactCap {
  readonly contacts: number;
  readonly days: number;
}

/** A contact that takes a place: one letter on one day, to one person at one address. */
export interface TakenPlace {
  readonly customerId: string;
  /** Lower-cased; null for a contact that goes to no address. */
  readonly address: string | null;
  readonly day: string;
  /** Rows that go as one letter have it in common and take one place together. */
  readonly letter: string;
  /** It has gone out. What is not settled may still give its place back. */
  readonly settled: boolean;
}

/** A message that asks for a place. */
export interface PlaceCandidate extends Omit<TakenPlace, 'day' | 'settled'> {
  readonly deliveryId: string;
  /** The civil day it asks for. */
  readonly contactOn: string;
  /** The last civil day on which it may still go. */
  readonly lastDay: string;
  readonly closedDays: ReadonlySet<string>;
  readonly priority: number;
  readonly dueAt: Temporal.Instant;
}

/**
 * `wait`: it would have a place if one that is only reserved came free; ask again when that is settled.
 * `suppress`: no day of its window has a place.
 */
export type Placement =
  | { readonly outcome: 'release' }
  | { readonly outcome: 'wait' }
  | { readonly outcome: 'put_off'; readonly day: string }
  | { readonly outcome: 'suppress' };

/**
 * Gives the free places to those who ask, one after the other: by day, then by priority, then by who was due first,
 * then by id. Nobody who comes later changes what one before them got. A place must be free both for the person and
 * at the address, in every window of `cap.days` civil days that the day lies in.
 *
 * @param history contacts that count, from `cap.days` before the earliest day asked for on.
 * @returns an answer for each candidate, by delivery id.
 */
export function placeContacts(
  candidates: readonly PlaceCandidate[],
  history: readonly TakenPlace[],
  cap: ContactCap,
): Map<string, Placement> {
  const answers = new Map<string, Placement>();
  const people = new Calendars();
  const addresses = new Calendars();
  const take = ({ customerId, address, day, letter, settled }: TakenPlace): void => {
    people.of(customerId).add(day, letter, settled);
    if (address !== null) addresses.of(address).add(day, letter, settled);
  };
  for (const place of history) take(place);
  for (const candidate of [...candidates].sort(byTurn)) {
    const calendars = [people.of(candidate.customerId)];
    if (candidate.address !== null) calendars.push(addresses.of(candidate.address));
    const placement = place(candidate, calendars, cap);
    answers.set(candidate.deliveryId, placement);
    if (placement.outcome === 'release') take({ ...candidate, day: candidate.contactOn, settled: false });
  }
  return answers;
}

function byTurn(a: PlaceCandidate, b: PlaceCandidate): number {
  if (a.contactOn !== b.contactOn) return a.contactOn < b.contactOn ? -1 : 1;
  if (a.priority !== b.priority) return b.priority - a.priority;
  const due = Temporal.Instant.compare(a.dueAt, b.dueAt);
  if (due !== 0) return due;
  return a.deliveryId < b.deliveryId ? -1 : 1;
}

function place(candidate: PlaceCandidate, calendars: readonly Calendar[], cap: ContactCap): Placement {
  const { contactOn, letter } = candidate;
  const fits = (day: string, settledOnly: boolean) =>
    calendars.every((calendar) => calendar.has(letter, day) || calendar.isFree(day, cap, settledOnly));
  if (fits(contactOn, false)) return { outcome: 'release' };
  if (fits(contactOn, true)) return { outcome: 'wait' };
  const dayThat = (settledOnly: boolean) => nextDay(contactOn, candidate, (day) => fits(day, settledOnly));
  // Reserved places will mostly be used; only where they take the last one it is worth hoping that they are not.
  const day = dayThat(false) ?? dayThat(true);
  return day === null ? { outcome: 'suppress' } : { outcome: 'put_off', day };
}

function nextDay(
  after: string,
  { lastDay, closedDays }: Pick<PlaceCandidate, 'lastDay' | 'closedDays'>,
  isFree: (day: string) => boolean,
): string | null {
  for (let day = addDays(after, 1); day <= lastDay; day = addDays(day, 1)) {
    if (!closedDays.has(day) && isFree(day)) return day;
  }
  return null;
}

/**
 * Whether a person or an address, contacted on some days, may be contacted on one more: no window of `cap.days`
 * that the day lies in would hold more than `cap.contacts`.
 */
export function isDayFree(taken: readonly string[], day: string, cap: ContactCap): boolean {
  return isFree(taken.map(dayNumber), dayNumber(day), cap);
}

/** The first day after `after` and up to `lastDay` that is free in both calendars and not closed, or null. */
export function nextFreeDay(
  taken: readonly (readonly string[])[],
  after: string,
  window: Pick<PlaceCandidate, 'lastDay' | 'closedDays'>,
  cap: ContactCap,
): string | null {
  const numbers = taken.map((days) => days.map(dayNumber));
  return nextDay(after, window, (day) => numbers.every((each) => isFree(each, dayNumber(day), cap)));
}

function isFree(taken: readonly number[], day: number, cap: ContactCap): boolean {
  if (cap.contacts === 0) return true;
  // Of the windows that the day lies in, the fullest ends on it or on a contact after it.
  const ends = [day, ...taken.filter((each) => each > day && each < day + cap.days)];
  return ends.every(
    (end) => taken.filter((each) => each > end - cap.days && each <= end).length < cap.contacts,
  );
}

/** Days since 1970: they are compared and subtracted thousands of times. */
function dayNumber(day: string): number {
  return Date.parse(day) / 86_400_000;
}

/** The contacts of one person or address. */
class Calendar {
  private readonly letters = new Map<string, { day: number; settled: boolean }>();

  add(day: string, letter: string, settled: boolean): void {
    const known = this.letters.get(letter);
    // A letter has gone out when one of the rows that it carries has.
    this.letters.set(letter, { day: dayNumber(day), settled: settled || known?.settled === true });
  }

  has(letter: string, day: string): boolean {
    return this.letters.get(letter)?.day === dayNumber(day);
  }

  isFree(day: string, cap: ContactCap, settledOnly: boolean): boolean {
    const taken = [...this.letters.values()].filter(({ settled }) => settled || !settledOnly);
    return isFree(
      taken.map((each) => each.day),
      dayNumber(day),
      cap,
    );
  }
}

class Calendars {
  private readonly calendars = new Map<string, Calendar>();

  of(key: string): Calendar {
    let calendar = this.calendars.get(key);
    if (calendar === undefined) this.calendars.set(key, (calendar = new Calendar()));
    return calendar;
  }
}
