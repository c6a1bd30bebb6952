import { Temporal } from 'temporal-polyfill';

/** The part of a command that refuses wrong usage. */
export interface Refusing {
  error(message: string, options: { code: string; exitCode: number }): never;
}

/** Reads the moment given with `--as-of`. Anything else than an instant is wrong usage of the command. */
export function parseAsOf(text: string, command: Refusing): Temporal.Instant {
  try {
    return Temporal.Instant.from(text);
  } catch {
    const message = `--as-of needs an instant like 2026-11-22T09:00:00Z, not ${text}.`;
    return command.error(message, { code: 'commander.invalidArgument', exitCode: 2 });
  }
}
