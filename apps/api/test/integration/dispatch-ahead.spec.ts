import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { harness, type Harness } from './deliver-fixture.js';
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

/** Lets something happen once, when a letter is announced while another is on its way. */
function whenAnnounced(happens: (to: string) => Promise<unknown>, firstTakesMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let isUnderWay = false;
    let announced: string | null = null;
    // The answer to a message waits until the envelope behind it is here.
    sink.script = (stage, to) => {
      if (stage === 'message' && !isUnderWay) {
        isUnderWay = true;
        return { waitMs: firstTakesMs };
      }
      if (stage === 'rcpt' && isUnderWay && announced === null) {
        announced = to!;
        happens(announced).then(() => resolve(announced!), reject);
        return { waitMs: 300 };
      }
      return null;
    };
  });
}

const customerOf = (address: string) => address.slice(0, address.indexOf('@'));
const states = async () => (await on.rows()).map(({ state }) => state).sort();

it('what is announced is not marked before what goes before it is written', async () => {
  let marked: string[] = [];
  const announced = whenAnnounced(async () => (marked = await states()), 0);
  await on.settle();
  await announced;
  expect(marked.filter((state) => state === 'sending').length).toBeLessThanOrEqual(1);
  expect(await states()).toEqual(['sent', 'sent', 'sent', 'sent']);
  expect(sink.accepted).toHaveLength(4);
  expect(sink.mostConnections()).toBe(1);
});

it('what is announced does not go once all sending is stopped', async () => {
  const announced = whenAnnounced(() => on.sql(`UPDATE contact_limits SET sending_stopped_at = now()`), 0);
  await on.settle();
  const customer = customerOf(await announced);
  await on.settle();
  expect(await on.row(customer)).toMatchObject({ state: 'planned', sent_at: null });
  expect(sink.arrived.map(({ to }) => customerOf(to))).not.toContain(customer);
  await on.sql(`UPDATE contact_limits SET sending_stopped_at = NULL`);
  sink.script = () => null;
  await on.settle();
  expect(await states()).toEqual(['sent', 'sent', 'sent', 'sent']);
  expect(sink.accepted).toHaveLength(4);
});

it('what is announced is judged again when its turn comes late', async () => {
  const announced = whenAnnounced(
    (to) => on.sql(`UPDATE consent_state SET granted = false WHERE customer_id = $1`, [customerOf(to)]),
    5_500,
  );
  await on.settle();
  const customer = customerOf(await announced);
  expect(await on.row(customer)).toMatchObject({ state: 'suppressed', reason: 'unsubscribed' });
  expect(sink.arrived.map(({ to }) => customerOf(to))).not.toContain(customer);
  expect(await states()).toEqual(['sent', 'sent', 'sent', 'suppressed']);
});
