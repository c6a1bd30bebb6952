import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { Tx } from '../database/tx.js';
import { AuditRepository } from './audit.repository.js';
import { firstHash, hashOf, verifyChain, type ChainVerdict } from './audit-chain.js';
import type { AuditEntry, AuditRecord } from './audit.types.js';

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

  /** Every entry, in the order of the chain. */
  entries(): AsyncGenerator<AuditEntry> {
    return this.repository.readAll();
  }

  /** Entries about one thing, newest first; `before`: only those with a lower number. */
  about(subject: string, page: { before: number | null; limit: number }): Promise<AuditEntry[]> {
    return this.repository.about(subject, page);
  }

  /** Recomputes the chain of the whole log. */
  verify(): Promise<ChainVerdict> {
    return verifyChain(this.entries());
  }
}
