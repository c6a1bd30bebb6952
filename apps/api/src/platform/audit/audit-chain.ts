import { createHash } from 'node:crypto';
import type { AuditEntry } from './audit.types.js';

/** What stands in the place of a hash before the first entry. */
export const firstHash = '0'.repeat(64);

/**
 * What is wrong with the first entry that does not fit. `changed`: it says something else than when it was written.
 * `missing`: it is not there. `out_of_order`: it stands in another place. `unlinked`: it does not follow the entry
 * before it, so one of the two was written anew. `unreadable`: it is no entry at all.
 */
export type ChainFault = 'changed' | 'missing' | 'out_of_order' | 'unlinked' | 'unreadable';

export interface ChainVerdict {
  entries: number;
  valid: boolean;
  /** The number of the first entry that does not fit, null when all do. */
  firstBad: number | null;
  fault: ChainFault | null;
  /**
   * The hash of the last entry: it stands for the whole log. Entries cut off at the end leave a log that fits, so
   * whoever wants to know of that keeps this hash elsewhere.
   */
  head: string;
}

/** The hash of an entry: over all it says, its number and the hash of the entry before it. */
export function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { entryNo, at, actor, action, subject, detail, prevHash } = entry;
  const text = JSON.stringify([entryNo, at, actor, action, subject, sorted(detail), prevHash]);
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Proves a log by itself: it needs the entries in their order and nothing else, neither the database nor a key.
 * @param entries null stands for something that could not be read as an entry
 */
export async function verifyChain(
  entries: AsyncIterable<AuditEntry | null> | Iterable<AuditEntry | null>,
): Promise<ChainVerdict> {
  const verdict: ChainVerdict = { entries: 0, valid: true, firstBad: null, fault: null, head: firstHash };
  for await (const entry of entries) {
    verdict.entries += 1;
    if (!verdict.valid) {
      // What was missed turns up later: it has been moved.
      if (verdict.fault === 'missing' && entry?.entryNo === verdict.firstBad) verdict.fault = 'out_of_order';
      continue;
    }
    const found = faultOf(entry, verdict.entries, verdict.head);
    if (found === null) verdict.head = entry!.hash;
    else Object.assign(verdict, { valid: false, ...found });
  }
  return verdict;
}

function faultOf(
  entry: AuditEntry | null,
  place: number,
  head: string,
): { firstBad: number; fault: ChainFault } | null {
  if (entry === null) return { firstBad: place, fault: 'unreadable' };
  if (entry.entryNo > place) return { firstBad: place, fault: 'missing' };
  if (entry.entryNo < place) return { firstBad: entry.entryNo, fault: 'out_of_order' };
  if (entry.hash !== hashOf(entry)) return { firstBad: place, fault: 'changed' };
  return entry.prevHash === head ? null : { firstBad: place, fault: 'unlinked' };
}

/** PostgreSQL's jsonb does not keep the order of keys; the hash must not depend on it. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}
