import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isPassingDatabaseTrouble } from '../../platform/database/database-trouble.js';
import { inStage } from '../../platform/observability/metrics.js';
import { AddressHealthService } from '../inbound/address-health.service.js';
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

/** How long a write waits for more to go with it: a statement and a commit cost as much for one as for ten. */
const gatherMs = 4;

const longestPauseMs = 2_000;

/**
 * The ledger's writer: whatever is handed in while a write is on its way goes with the next one, so the lanes of
 * a process share commits without waiting for one another (group commit).
 */
@Injectable()
export class Journal {
  private readonly waiting: Entry[] = [];
  private writing: Promise<void> | null = null;
  /** How many went with the last write. */
  private written = 0;
  private readonly givenUp = new AbortController();

  private counting: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: JournalRepository,
    private readonly health: AddressHealthService,
  ) {}

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

  /** What cannot be written because the database is away is given up from now on: the process has to end. */
  giveUp(): void {
    this.givenUp.abort();
  }

  /** Waits for what was handed in. */
  async close(): Promise<void> {
    await this.writing;
    await this.counting;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      // A single lane is never kept waiting: after a write for one there is nobody to wait for.
      if (this.written > 1 && this.waiting.length <= this.written) await sleep(gatherMs);
      const batch = this.waiting.splice(0, largestBatch);
      this.written = batch.length;
      await this.writeBatch(batch);
    }
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
        this.countSoft(changes);
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
        if (!passing || this.givenUp.signal.aborted) {
          const [entry] = batch;
          // What came of the letter before does not go down with marks that the database will not have.
          if (!passing && entry!.changes.length > 0 && entry!.marks.length > 0)
            await this.writeBatch([
              { ...entry!, marks: [], resolve: () => undefined, reject: () => undefined },
            ]);
          for (const { reject } of batch) reject(error);
          return;
        }
        // The statement may have been committed and only its answer lost.
        for (const entry of batch) entry.again = true;
        await sleep(pauseMs, undefined, { signal: this.givenUp.signal }).catch(() => undefined);
      }
    }
  }

  /** Behind the ledger's back, which has what it needs: nothing waits for it. */
  private countSoft(changes: readonly Change[]): void {
    const bounces = changes.flatMap(({ deliveryId, soft, smtpReply }) =>
      soft === null ? [] : [{ address: soft, deliveryId, reply: smtpReply }],
    );
    if (bounces.length > 0) this.counting = this.counting.then(() => this.health.noteSoft(bounces));
    const givenUp = changes.filter(({ to, reason }) => to === 'failed' && reason === 'temporary_failure');
    if (givenUp.length > 0) this.counting = this.counting.then(() => this.health.noteGivenUp(givenUp));
  }
}
