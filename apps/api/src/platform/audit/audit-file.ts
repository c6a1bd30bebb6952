import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { AuditEntry } from './audit.types.js';

const entrySchema = z.object({
  entryNo: z.int().positive(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  // Taken as it is: a record's schema leaves out a key named __proto__, and the entry would seem to be changed.
  detail: z.custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ),
  prevHash: z.string(),
  hash: z.string(),
});

/** An entry as a line of an export. */
export function lineOf(entry: AuditEntry): string {
  const { entryNo, at, actor, action, subject, detail, prevHash, hash } = entry;
  return `${JSON.stringify({ entryNo, at, actor, action, subject, detail, prevHash, hash })}\n`;
}

/** The entries of an export, null for a line that is none. Empty lines do not count. */
export async function* entriesOf(input: Readable): AsyncGenerator<AuditEntry | null> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() !== '') yield entryOf(line);
  }
}

function entryOf(line: string): AuditEntry | null {
  try {
    return entrySchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
