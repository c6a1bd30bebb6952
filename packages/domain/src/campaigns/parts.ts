import { z } from 'zod';
import { isCivilDate } from '../time/civil-date.js';
import { isTimeZone } from '../time/zones.js';
import { hasControlCharacters } from '../text/characters.js';

/** An object whose unknown fields are refused by name, with the valid ones. */
export function strict<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const valid = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown field ${(issue['keys'] as string[]).join(', ')}; valid fields are ${valid}`
        : undefined,
  });
}

/** A short name for machines: key, topic, template. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, {
  error: 'must be 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit',
});

/** A name for people. */
export const oneLine = z
  .string()
  .trim()
  .min(1, { error: 'must not be empty' })
  .max(200, { error: 'must have at most 200 characters' })
  .refine((name) => !hasControlCharacters(name), { error: 'must be one line without control characters' });

const timePattern = /^([01]\d|2[0-3]):[0-5]\d$/;

export const localTime = z
  .string()
  .regex(timePattern, { error: 'must be a local time from 00:00 to 23:59, HH:MM' });

/** When a `once` trigger strikes: a date and time, wherever the customer is (zone null) or in one zone for all. */
export interface OnceAt {
  readonly date: string;
  readonly time: string;
  readonly zone: string | null;
}

/**
 * Reads the `at` of a `once` trigger: `2026-12-01T10:00`, with `[Europe/Paris]`, `Z` or an offset behind it when the
 * moment is the same for all. Null when it is written otherwise or the date does not exist.
 */
export function parseOnceAt(at: string): OnceAt | null {
  const match =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::00)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d|\[([^\]]+)\])?$/.exec(at);
  if (match === null) return null;
  const [, date = '', time = '', behind = '', named] = match;
  if (!isCivilDate(date) || !timePattern.test(time)) return null;
  if (named !== undefined && !isTimeZone(named)) return null;
  return { date, time, zone: named ?? (behind === '' ? null : behind === 'Z' ? 'UTC' : behind) };
}
