import type { ContactCap } from '../contact/places.js';

/**
 * The places of many people, or addresses, as a walk through the days gives them: `placeContacts` for those who ask in
 * the order of days. Of each it keeps the last `cap.contacts` contacts and nothing else, for a day is free exactly
 * when the oldest of these lies `cap.days` or more before it.
 */
export class Places {
  private readonly days: Int32Array;
  /** What was placed last, so that it can be named. */
  private readonly letters: Int32Array;
  private readonly taken: Uint8Array;

  constructor(
    size: number,
    private readonly cap: ContactCap,
  ) {
    this.days = new Int32Array(size * cap.contacts).fill(-1_000_000);
    this.letters = new Int32Array(size).fill(-1);
    this.taken = new Uint8Array(size);
  }

  /** The first day, not before `day`, on which there is a place. */
  freeFrom(one: number, day: number): number {
    const oldest = this.days[one * this.cap.contacts + this.taken[one]!]!;
    return Math.max(day, oldest + this.cap.days);
  }

  /** What was placed last; −1: nothing yet. */
  lastLetter(one: number): number {
    return this.letters[one]!;
  }

  /** Takes a place on a day that is not before any day taken; free or not, for some contacts count and are never put off. */
  take(one: number, day: number, letter: number): void {
    this.days[one * this.cap.contacts + this.taken[one]!] = day;
    this.taken[one] = (this.taken[one]! + 1) % this.cap.contacts;
    this.letters[one] = letter;
  }
}
