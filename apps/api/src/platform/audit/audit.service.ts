import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { Tx } from '../database/tx.js';
import { AuditRepository } from './audit.repository.js';
import type { AuditEntry, AuditRecord } from './audit.types.js';

const firstHash = '0'.repeat(64);

/** The append-only log of decisions. Each entry's hash covers the one before it, so a change shows. */
@Injectable()
export class AuditService {
  constructor(
    private readonly repository: AuditRepository,
    private readonly clock: Clock,
  ) {}

  /** Appends an entry in the caller's transaction: the decision and its record stand or fall together. */
  async record(tx: Tx, record: AuditRecord): Promise<void> {
    const last = await this.repository.lockLast(tx);
    const entry = {
      ...record,
      entryNo: (last?.entryNo ?? 0) + 1,
      at: new Date(this.clock.now().epochMilliseconds).toISOString(),
      prevHash: last?.hash ?? firstHash,
    };
    await this.repository.append(tx, { ...entry, hash: hashOf(entry) });
  }

  /** Recomputes the chain. `firstBad` is the number of the first entry that does not fit, null when all do. */
  async verify(): Promise<{ entries: number; valid: boolean; firstBad: number | null }> {
    let prevHash = firstHash;
    let entries = 0;
    let firstBad: number | null = null;
    for await (const entry of this.repository.readAll()) {
      entries += 1;
      const fits = entry.entryNo === entries && entry.prevHash === prevHash && entry.hash === hashOf(entry);
      if (!fits) firstBad ??= entry.entryNo;
      prevHash = entry.hash;
    }
    return { entries, valid: firstBad === null, firstBad };
  }
}

function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { entryNo, at, actor, action, subject, detail, prevHash } = entry;
  const text = JSON.stringify([entryNo, at, actor, action, subject, sorted(detail), prevHash]);
  return createHash('sha256').update(text).digest('hex');
}

/** PostgreSQL's jsonb does not keep the order of keys; the hash must not depend on it. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}
