/** Writes the one JSON document that a command with `--json` answers. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Tells the operator something; standard output stays free for the answer. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A command that was refused or failed for a reason the operator can read: exit code 1. */
export class CommandFailed extends Error {
  constructor(
    readonly code: string,
    detail: string,
    readonly errors: { path: string; code: string; message: string }[] = [],
  ) {
    super(detail);
  }
}
