import { isLeapYear } from './civil-date.js';

/** Month and day of a date as one number: 2024-02-29 → 229. */
export function monthDay(date: string): number {
  return Number(date.slice(5, 7)) * 100 + Number(date.slice(8, 10));
}

/**
 * The days of birth (month · 100 + day) whose yearly day this date is. In a common year 29 February is kept on
 * the 28th, so 2026-02-28 gives [228, 229]; in a leap year 28 February gives [228] alone.
 */
export function birthdayKeys(localDate: string): number[] {
  const key = monthDay(localDate);
  return key === 228 && !isLeapYear(Number(localDate.slice(0, 4))) ? [228, 229] : [key];
}

/** The yearly day of a date in a year: 29 February is the 28th in a common year. */
export function yearlyOccurrence(origin: string, year: number): string {
  const kept = monthDay(origin) === 229 && !isLeapYear(year) ? '-02-28' : origin.slice(4);
  return String(year).padStart(4, '0') + kept;
}

/**
 * The yearly days of a date that lie in from..to, both included. The day itself is none: nobody has a birthday on
 * the day of birth, and a policy's first anniversary is a year after its start.
 */
export function yearlyOccurrences(origin: string, from: string, to: string): string[] {
  const days: string[] = [];
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year += 1) {
    const day = yearlyOccurrence(origin, year);
    if (day > origin && day >= from && day <= to) days.push(day);
  }
  return days;
}

/** Whole years from a date of birth to a day, a birthday of 29 February being kept on the 28th in common years. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return yearlyOccurrence(birthDate, Number(day.slice(0, 4))) > day ? years - 1 : years;
}
