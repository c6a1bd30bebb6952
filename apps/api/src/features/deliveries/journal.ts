import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isPassingDatabaseTrouble } from '../../platform/database/database-trouble.js';
import { inStage } from '../../platform/observability/metrics.js';
import type { Change, Mark } from './deliveries.types.js';
import { JournalRepository } from './journal.repository.js';

interface Entry {
  changes: readonly Change[];
  marks: readonly Mark[];
  again: boolean;
  resolve: (marked: number) => void;
  reject: (error: unknown) => void;
}

const largestBatch = 200;
const longestPauseMs = 2_000;

/**
 * The ledger's writer: whatever is handed in while a write is on its way goes with the next one, so the lanes of
 * a process share commits without waiting for one another (group commit).
 */
@Injectable()
export class Journal {
  private readonly waiting: Entry[] = [];
  private writing: Promise<void> | null = null;
  private readonly giveUp = new AbortController();

  constructor(private readonly repository: JournalRepository) {}

  /**
   * Writes changes and, with them, the marks of the rows of the next message.
   *
   * While the database is away it keeps trying, for what a mail server has said must not be forgotten.
   * @returns how many rows are marked: with all of them the message may be handed over, and only then
   */
  write(changes: readonly Change[], marks: readonly Mark[] = []): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ changes, marks, again: false, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  /** Waits for what was handed in, for as long as `graceMs`; then what could not be written is given up. */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.giveUp.abort(), graceMs);
    await this.writing;
    clearTimeout(timer);
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) await this.writeBatch(this.waiting.splice(0, largestBatch));
    this.writing = null;
  }

  private async writeBatch(batch: Entry[]): Promise<void> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const changes = batch.flatMap((entry) => entry.changes);
        const marks = batch.flatMap((entry) => entry.marks);
        const again = batch.some((entry) => entry.again);
        const marked = await inStage('journal', { changes: changes.length, marks: marks.length }, () =>
          this.repository.write(changes, marks, again),
        );
        for (const { marks, resolve } of batch) {
          resolve(marks.filter(({ deliveryId }) => marked.has(deliveryId)).length);
        }
        return;
      } catch (error) {
        const passing = isPassingDatabaseTrouble(error);
        if (!passing && batch.length > 1) {
          // One entry that the database will not have must not take the others with it.
          for (const entry of batch) await this.writeBatch([entry]);
          return;
        }
        if (!passing || this.giveUp.signal.aborted) {
          for (const { reject } of batch) reject(error);
          return;
        }
        // The statement may have been committed and only its answer lost.
        for (const entry of batch) entry.again = true;
        await sleep(pauseMs, undefined, { signal: this.giveUp.signal }).catch(() => undefined);
      }
    }
  }
}
