import { setTimeout as pause } from 'node:timers/promises';
import { expectedRows, serverWithBook } from './book.mjs';
import { judge } from './laws.mjs';
import { Machine } from './machines.mjs';
import { settle, timeouts } from './run.mjs';
import { startSink } from './sink.mjs';

/**
 * A database server with a book, a mail server that records, and as many machines as one likes: what a test needs that
 * breaks one thing of its own choosing.
 */
export class Stage {
  /**
   * @param messages how many letters are due
   * @param host where the mail server listens
   * @param server what the database server is made with, see {@link Server}
   */
  static async open({ messages, host, server = {} }) {
    const stage = new Stage();
    const machine = new Machine(server.within);
    Object.assign(stage, { messages, machines: [machine], sink: await startSink(host) });
    stage.sink.answerMs = 25;
    stage.server = await serverWithBook(machine, messages, server);
    stage.databaseUrl = stage.server.urlOf('book');
    // Where it can stand in for any other it is the first that is asked for.
    if (server.within) await machine.kill();
    else stage.spare = machine;
    return stage;
  }

  /** Starts a machine with this role. What it says on standard error is kept. */
  async machine(role, { within, connections = 4, mailUrl = this.sink.url } = {}) {
    const machine = (!within && this.spare) || new Machine(within);
    if (machine === this.spare) this.spare = null;
    else this.machines.push(machine);
    const { databaseUrl } = this;
    machine.opened = machine.ask('open', { roles: [role], connections, timeouts, databaseUrl, mailUrl });
    machine.opened.catch(() => undefined);
    return machine;
  }

  /** Waits until so many messages have been taken. */
  async taken(count, withinMs = 150_000) {
    for (const end = performance.now() + withinMs; this.sink.taken.length < count; await pause(20)) {
      if (performance.now() > end)
        throw new Error(`only ${this.sink.taken.length} of ${count} messages came`);
    }
  }

  /** Waits until every row has ended, and holds the ledger against what the mail server has taken. */
  async verdict(mostInDoubt) {
    const settled = await settle(this.server, 'book', expectedRows(this.messages));
    const rows = await this.server.ask('book', 'SELECT * FROM deliveries');
    const alive = this.machines.find((machine) => machine.alive);
    const verdict = judge({
      ...{ rows, taken: this.sink.taken, expected: expectedRows(this.messages), mostInDoubt },
      account: await alive.ask('reconcile'),
    });
    if (!settled) verdict.problems.push('it did not settle');
    return verdict;
  }

  async close() {
    await Promise.all(this.machines.map((machine) => machine.kill()));
    await this.sink?.close();
    await this.server?.remove();
  }
}
