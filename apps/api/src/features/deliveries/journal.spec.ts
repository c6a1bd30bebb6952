import { describe, expect, it } from 'vitest';
import type { Change, Mark } from './deliveries.types.js';
import type { AddressHealthService } from '../inbound/address-health.service.js';
import { Journal } from './journal.js';
import type { JournalRepository } from './journal.repository.js';

interface Write {
  changes: number;
  marks: string[];
  again: boolean;
}

const change = (deliveryId: string, soft: string | null = null) =>
  ({ deliveryId, soft, smtpReply: '552 full' }) as Change;
const marks = (...ids: string[]) => ids.map((deliveryId) => ({ deliveryId }) as Mark);

/** A ledger that answers as told; what it was asked is noted. */
function ledger(answer: (write: Write, count: number) => void) {
  const writes: Write[] = [];
  const repository = {
    async write(changes: readonly Change[], marks: readonly Mark[], again: boolean) {
      const write = { changes: changes.length, marks: marks.map(({ deliveryId }) => deliveryId), again };
      writes.push(write);
      await Promise.resolve();
      answer(write, writes.length);
      return new Set(write.marks);
    },
  };
  const soft: unknown[] = [];
  const note = async (bounces: unknown[]) => void soft.push(...bounces);
  const health = { noteSoft: note, noteGivenUp: note };
  const journal = new Journal(
    repository as unknown as JournalRepository,
    health as unknown as AddressHealthService,
  );
  return { writes, soft, journal };
}

const lostConnection = Object.assign(new Error('Connection terminated unexpectedly'), { code: undefined });

describe('the journal', () => {
  it('writes together what came while it was writing', async () => {
    const { writes, journal } = ledger(() => undefined);
    const first = journal.write([], marks('a'));
    const others = [
      journal.write([change('b')], marks('c', 'c2')),
      journal.write([change('d')]),
      journal.write([], marks('e')),
    ];
    expect(await first).toBe(1);
    expect(await Promise.all(others)).toEqual([2, 0, 1]);
    expect(writes.map(({ changes, marks }) => [changes, marks])).toEqual([
      [0, ['a']],
      [2, ['c', 'c2', 'e']],
    ]);
  });

  it('keeps trying while the database is away, and says that it has tried before', async () => {
    const { writes, journal } = ledger((_, count) => {
      if (count < 3) throw lostConnection;
    });
    expect(await journal.write([change('a')], marks('b'))).toBe(1);
    expect(writes.map(({ again }) => again)).toEqual([false, true, true]);
  });

  it('does not let one entry that cannot be written take the others with it', async () => {
    const { journal } = ledger(({ marks }) => {
      if (marks.includes('bad')) throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    });
    const first = journal.write([], marks('first'));
    const bad = journal.write([], marks('bad'));
    const good = journal.write([], marks('good'));
    await expect(bad).rejects.toThrow('invalid byte sequence');
    expect(await first).toBe(1);
    expect(await good).toBe(1);
  });

  it('writes what came of a letter without the marks of the next one that the database will not have', async () => {
    const { writes, journal } = ledger(({ marks }) => {
      if (marks.length > 0) throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    });
    await expect(journal.write([change('a')], marks('bad'))).rejects.toThrow('invalid byte sequence');
    expect(writes.map(({ changes, marks }) => [changes, marks])).toEqual([
      [1, ['bad']],
      [1, []],
    ]);
  });

  it('gives up what cannot be written when the process has to stop', async () => {
    const { journal } = ledger(() => {
      throw lostConnection;
    });
    const writing = journal.write([change('a')]);
    const refused = expect(writing).rejects.toThrow('Connection terminated');
    journal.giveUp();
    await refused;
    await journal.close();
  });

  it('has soft bounces counted once they are written', async () => {
    const { soft, journal } = ledger((_, count) => {
      if (count === 1) throw lostConnection;
    });
    const late = { ...change('c'), to: 'failed', reason: 'temporary_failure' } as const;
    await journal.write([change('a', 'full@example.com'), change('b'), late]);
    await journal.close();
    expect(soft).toEqual([{ address: 'full@example.com', deliveryId: 'a', reply: '552 full' }, late]);
  });
});
