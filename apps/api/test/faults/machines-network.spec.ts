import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Stage } from '../../bench/send/chaos/stage.mjs';
import { until } from '../integration/deliver-fixture.js';
import { Network, whyNoNetworks, type NetworkHost } from '../support/network.js';

const hindrance = whyNoNetworks();
const title = 'machines in networks of their own';

/** How long a machine that is gone may keep what it had: its chunk, its transactions, its locks. */
const takenOverWithinMs = 75_000;

describe.skipIf(hindrance)(hindrance ? `${title} (skipped: ${hindrance})` : title, () => {
  let network: Network;
  let stage: Stage;
  let database: NetworkHost;

  beforeEach(async () => {
    network = new Network();
    database = network.host();
    const { address: host, within } = database;
    stage = await Stage.open({ messages: 240, host: network.address, server: { host, within } });
    stage.sink.answerMs = 60;
  });
  afterEach(async () => {
    await stage.close();
    network.close();
  });

  const openTransactionsOf = ({ address }: NetworkHost) =>
    stage.server.ask(
      'book',
      'SELECT FROM pg_stat_activity WHERE client_addr = $1 AND xact_start IS NOT NULL',
      [address],
    );

  const openRows = () =>
    stage.server.ask('book', `SELECT FROM deliveries WHERE state IN ('planned', 'sending')`);

  async function start(role: 'worker' | 'scheduler') {
    const host = network.host();
    return { host, machine: await stage.machine(role, { within: host.within }) };
  }

  it('one that is cut off is missed, loses its work to another, and doubles nothing when it comes back', async () => {
    await start('scheduler');
    const [gone, other] = [await start('worker'), await start('worker')];
    // Slow until both are at work, so that there is something to take over.
    stage.sink.answerMs = 1_000;
    await Promise.all([gone.machine.opened, other.machine.opened]);
    await stage.taken(stage.sink.taken.length + 12);
    gone.host.cutOff();
    stage.sink.answerMs = 20;
    const cutAt = performance.now();
    expect(await openRows()).not.toHaveLength(0);
    await until(
      'the server takes back its transactions, and with them its locks',
      async () => (await openTransactionsOf(gone.host)).length === 0,
      takenOverWithinMs,
    );
    const freedMs = performance.now() - cutAt;
    await until(
      'its chunks are taken over',
      async () => (await openRows()).length === 0,
      takenOverWithinMs + 30_000,
    );
    console.info(
      `locks free after ${Math.round(freedMs)} ms, all settled after ${Math.round(performance.now() - cutAt)} ms`,
    );
    const before = stage.sink.taken.length;
    gone.host.bringBack();
    // It answers by the ledger: it has noticed that its connections were half open, and made new ones.
    expect(await gone.machine.ask('reconcile')).toMatchObject({ open: 0, balanced: true });
    expect(await stage.verdict(4)).toMatchObject({ problems: [], lost: 0, doubledMarketing: 0 });
    expect(stage.sink.taken).toHaveLength(before);
  });

  it('a database that is cut off, dies and comes back at the same address loses nothing, and leaves in doubt at most what was under way', async () => {
    await start('scheduler');
    await start('worker');
    await start('worker');
    await stage.taken(30);
    database.cutOff();
    await stage.server.stop('crash');
    // Nobody has been told: every connection to it is half open.
    const up = stage.server.start();
    database.bringBack();
    await up;
    // Who cannot show a sign of life for ten seconds may be held to be gone before it hears that the database is back.
    expect(await stage.verdict(8)).toMatchObject({ problems: [], lost: 0, doubledMarketing: 0 });
  });
});
