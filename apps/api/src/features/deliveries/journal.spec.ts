import { describe, expect, it } from 'vitest';
import type { Change, Mark } from './deliveries.types.js';
import { Journal } from './journal.js';
import type { JournalRepository } from './journal.repository.js';

interface Write {
  changes: number;
  marks: string[];
  again: boolean;
}

const change = (deliveryId: string) => ({ deliveryId }) as Change;
const mark = (deliveryId: string) => ({ deliveryId }) as Mark;

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
  return { writes, journal: new Journal(repository as unknown as JournalRepository) };
}

const lostConnection = Object.assign(new Error('Connection terminated unexpectedly'), { code: undefined });

describe('the journal', () => {
  it('writes together what came while it was writing', async () => {
    const { writes, journal } = ledger(() => undefined);
    const first = journal.write([], mark('a'));
    const others = [
      journal.write([change('b')], mark('c')),
      journal.write([change('d')]),
      journal.write([], mark('e')),
    ];
    expect(await first).toBe(true);
    expect(await Promise.all(others)).toEqual([true, false, true]);
    expect(writes.map(({ changes, marks }) => [changes, marks])).toEqual([
      [0, ['a']],
      [2, ['c', 'e']],
    ]);
  });

  it('keeps trying while the database is away, and says that it has tried before', async () => {
    const { writes, journal } = ledger((_, count) => {
      if (count < 3) throw lostConnection;
    });
    expect(await journal.write([change('a')], mark('b'))).toBe(true);
    expect(writes.map(({ again }) => again)).toEqual([false, true, true]);
  });

  it('does not let one entry that cannot be written take the others with it', async () => {
    const { journal } = ledger(({ marks }) => {
      if (marks.includes('bad')) throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    });
    const first = journal.write([], mark('first'));
    const bad = journal.write([], mark('bad'));
    const good = journal.write([], mark('good'));
    await expect(bad).rejects.toThrow('invalid byte sequence');
    expect(await first).toBe(true);
    expect(await good).toBe(true);
  });

  it('gives up what cannot be written when the process has to stop', async () => {
    const { journal } = ledger(() => {
      throw lostConnection;
    });
    const writing = journal.write([change('a')]);
    const refused = expect(writing).rejects.toThrow('Connection terminated');
    await journal.close(50);
    await refused;
  });
});
