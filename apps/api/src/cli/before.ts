import { Temporal } from 'temporal-polyfill';
import type { Refusing } from './as-of.js';

/** What `--before` takes, in words. */
export const beforeDescription =
  'Like 2026-01-01T00:00:00Z, or a day, of which the beginning in UTC is meant.';

/** Reads the moment given with `--before`. Anything else than a day or an instant is wrong usage of the command. */
export function parseBefore(text: string, command: Refusing): Temporal.Instant {
  try {
    return Temporal.Instant.from(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  } catch {
    const message = `--before needs a day or an instant like 2026-01-01T00:00:00Z, not ${text}.`;
    return command.error(message, { code: 'commander.invalidArgument', exitCode: 2 });
  }
}
