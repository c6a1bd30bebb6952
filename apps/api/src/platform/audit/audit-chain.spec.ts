import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstHash, hashOf, verifyChain } from './audit-chain.js';
import { entriesOf, lineOf } from './audit-file.js';
import type { AuditEntry, AuditRecord } from './audit.types.js';

function chainOf(records: readonly AuditRecord[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const record of records) {
    const entryNo = entries.length + 1;
    const at = new Date(Date.UTC(2026, 10, 22, 9, entryNo)).toISOString();
    const entry = { ...record, entryNo, at, prevHash: entries.at(-1)?.hash ?? firstHash };
    entries.push({ ...entry, hash: hashOf(entry) });
  }
  return entries;
}

const record: fc.Arbitrary<AuditRecord> = fc.record({
  actor: fc.constantFrom('command line', 'system', '0197'),
  action: fc.constantFrom('campaign.submitted', 'campaign.returned'),
  subject: fc.string(),
  detail: fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), fc.jsonValue(), { maxKeys: 3 }),
});
const chain = fc.array(record, { minLength: 3, maxLength: 12 }).map(chainOf);
/** A chain and the place of one of its entries. */
const chainAndPlace = chain.chain((entries) =>
  fc.record({ entries: fc.constant(entries), at: fc.nat({ max: entries.length - 2 }) }),
);

const verify = async (entries: readonly (AuditEntry | null)[]) => {
  const { valid, firstBad, fault } = await verifyChain(entries);
  return { valid, firstBad, fault };
};

describe('verifyChain', () => {
  it('finds nothing in a log as it was written, nor in its export', async () => {
    await fc.assert(
      fc.asyncProperty(chain, async (entries) => {
        const sound = { entries: entries.length, valid: true, firstBad: null, fault: null };
        const head = entries.at(-1)!.hash;
        expect(await verifyChain(entries)).toEqual({ ...sound, head });
        const lines = Readable.from(entries.map(lineOf));
        expect(await verifyChain(entriesOf(lines))).toEqual({ ...sound, head });
      }),
    );
    expect(await verifyChain([])).toMatchObject({ entries: 0, valid: true, head: firstHash });
  });

  const changes: fc.Arbitrary<Partial<AuditEntry>> = fc.constantFrom(
    { actor: 'somebody else' },
    { action: 'campaign.approved' },
    { subject: 'campaign:another\u0000' },
    { detail: { reason: 'none at all', at: -1 } },
    { at: '2026-11-21T00:00:00.000Z' },
    { hash: 'f'.repeat(64) },
  );

  it('finds the entry that was changed', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, changes, async ({ entries, at }, change) => {
        const spoilt = entries.with(at, { ...entries[at]!, ...change });
        expect(await verify(spoilt)).toEqual({ valid: false, firstBad: at + 1, fault: 'changed' });
      }),
    );
  });

  it('finds an entry that was changed and hashed anew, by the one behind it', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, async ({ entries, at }) => {
        const changed = { ...entries[at]!, actor: 'somebody else' };
        const spoilt = entries.with(at, { ...changed, hash: hashOf(changed) });
        expect(await verify(spoilt)).toEqual({ valid: false, firstBad: at + 2, fault: 'unlinked' });
      }),
    );
  });

  it('finds the entry that was removed, and the one that was put elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, async ({ entries, at }) => {
        const without = entries.toSpliced(at, 1);
        expect(await verify(without)).toEqual({ valid: false, firstBad: at + 1, fault: 'missing' });
        const swapped = entries.with(at, entries[at + 1]!).with(at + 1, entries[at]!);
        expect(await verify(swapped)).toEqual({ valid: false, firstBad: at + 1, fault: 'out_of_order' });
        const twice = entries.toSpliced(at + 1, 0, entries[at]!);
        expect(await verify(twice)).toEqual({ valid: false, firstBad: at + 1, fault: 'out_of_order' });
      }),
    );
  });

  it('shows by its head that entries at the end are gone', async () => {
    const entries = chainOf(
      ['a', 'b', 'c'].map((subject) => ({ actor: 'x', action: 'y', subject, detail: {} })),
    );
    const whole = await verifyChain(entries);
    const cut = await verifyChain(entries.slice(0, 2));
    expect(cut.valid).toBe(true);
    expect(cut.head).not.toBe(whole.head);
  });

  it('says where a line of an export is no entry', async () => {
    const [first, second] = chainOf(
      [1, 2].map(() => ({ actor: 'x', action: 'y', subject: 'z', detail: {} })),
    );
    for (const line of ['{"entryNo": 2', '7', '{"entryNo": "2"}', 'null']) {
      const input = Readable.from([lineOf(first!), '\n', `${line}\n`, lineOf(second!)]);
      expect(await verifyChain(entriesOf(input))).toMatchObject({
        ...{ entries: 3, valid: false, firstBad: 2, fault: 'unreadable' },
      });
    }
  });
});
