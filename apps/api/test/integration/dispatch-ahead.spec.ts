import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { harness, until, type Harness } from './deliver-fixture.js';
import { startSink, type Sink } from './deliver-sink.js';

// With PIPELINING the next letter is announced behind the one that is on its way, and its body held back.

let on: Harness;
let sink: Sink;
beforeAll(async () => {
  sink = await startSink(['PIPELINING']);
  on = await harness({ sink, config: { mailConnections: 1 } });
});
beforeEach(async () => {
  await on.reset();
  await on.people(4);
  await on.campaign({ class: 'marketing' });
  await on.plan();
});
afterAll(async () => {
  await on.close();
  await sink.close();
});

/** Lets something happen while the first letter is on its way, and another is announced behind it. */
function meanwhile(happens: (first: string) => Promise<unknown>): void {
  let isFirst = true;
  sink.script = (stage, to) => {
    if (stage !== 'message' || !isFirst) return null;
    isFirst = false;
    return { until: happens(customerOf(to!)) };
  };
}

const customerOf = (address: string) => address.slice(0, address.indexOf('@'));
const states = async () => (await on.rows()).map(({ state }) => state).sort();

it('what is announced is not marked before what goes before it is written', async () => {
  let marked: string[] = [];
  meanwhile(async () => (marked = await states()));
  await on.settle();
  expect(marked).toEqual(['planned', 'planned', 'planned', 'sending']);
  expect(await states()).toEqual(['sent', 'sent', 'sent', 'sent']);
  expect(sink.accepted).toHaveLength(4);
  expect(sink.mostConnections()).toBe(1);
});

it('what is announced does not go once all sending is stopped', async () => {
  meanwhile(() => on.sql(`UPDATE contact_limits SET sending_stopped_at = now()`));
  try {
    await on.settle();
    await until('the first has gone', async () => (await states()).includes('sent'));
    expect(await states()).toEqual(['planned', 'planned', 'planned', 'sent']);
  } finally {
    await on.sql(`UPDATE contact_limits SET sending_stopped_at = NULL`);
  }
  await on.settle();
  expect(await states()).toEqual(['sent', 'sent', 'sent', 'sent']);
  expect(sink.arrived).toHaveLength(4);
});

it('what is announced does not go once its campaign is paused', async () => {
  meanwhile(() => on.sql(`UPDATE campaigns SET state = 'paused'`));
  expect(await on.settle()).toEqual({ going: 0, held: 3 });
  expect(await states()).toEqual(['planned', 'planned', 'planned', 'sent']);
  await on.sql(`UPDATE campaigns SET state = 'active'`);
  await on.settle();
  expect(await states()).toEqual(['sent', 'sent', 'sent', 'sent']);
  expect(sink.arrived).toHaveLength(4);
});

it('what is announced is judged again when its turn comes late', async () => {
  let first = '';
  meanwhile(async (customer) => {
    first = customer;
    await on.sql(`UPDATE consent_state SET granted = false WHERE customer_id <> $1`, [customer]);
    await sleep(5_500);
  });
  await on.settle();
  expect(sink.arrived.map(({ to }) => customerOf(to))).toEqual([first]);
  expect(await states()).toEqual(['sent', 'suppressed', 'suppressed', 'suppressed']);
});
