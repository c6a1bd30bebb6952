import { expect } from 'vitest';
import type { Harness, LedgerRow } from '../integration/deliver-fixture.js';

/**
 * What must be true after any run, whatever broke on the way.
 * @param mostDoubtful how many letters may have been under way when something broke
 */
export async function expectLedgerAndSinkToAgree(on: Harness, mostDoubtful: number): Promise<LedgerRow[]> {
  const rows = await on.rows();
  const arrivals = new Map<string, string[]>();
  for (const { deliveryIds, to } of on.sink.arrived) {
    for (const id of deliveryIds) arrivals.set(id, [...(arrivals.get(id) ?? []), to]);
  }
  const odd = rows.flatMap((row) => {
    const got = arrivals.get(row.delivery_id) ?? [];
    const wrong = wrongWith(row, got.length);
    return wrong ? [`${row.class} row of ${row.customer_id} is ${row.state} (${row.reason}): ${wrong}`] : [];
  });
  expect(odd).toEqual([]);

  const ids = new Set(rows.map(({ delivery_id }) => delivery_id));
  expect([...arrivals.keys()].filter((id) => !ids.has(id))).toEqual([]);
  const sent = rows.filter(({ state }) => state === 'sent');
  expect(sent.map(({ delivery_id, recipient }) => [delivery_id, [recipient]])).toEqual(
    sent.map(({ delivery_id }) => [delivery_id, arrivals.get(delivery_id)]),
  );
  const doubtful = rows.filter(({ state }) => state === 'in_doubt').map(({ message_id }) => message_id);
  expect(new Set(doubtful).size).toBeLessThanOrEqual(mostDoubtful);
  expect(await on.reconcile()).toMatchObject({ planned: rows.length, open: 0, balanced: true });
  return rows;
}

function wrongWith(row: LedgerRow, arrived: number): string | null {
  switch (row.state) {
    case 'sent':
      return arrived === 1 ? null : `${arrived} messages arrived`;
    case 'in_doubt':
      if (row.class === 'marketing') return arrived <= 1 ? null : `${arrived} messages arrived`;
      return arrived <= 2 ? null : `${arrived} messages arrived`;
    default:
      return arrived === 0 ? 'it has not ended as sent' : 'a message arrived all the same';
  }
}

/** A small seeded generator of numbers in [0, 1): the same breaks come again with the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
