import { setTimeout as pause } from 'node:timers/promises';
import { expectedRows } from './book.mjs';
import { judge } from './laws.mjs';
import { scenarioOf } from './scenario.mjs';
import { startSink } from './sink.mjs';

/** A server that has fallen silent is given up after this: a run has no minutes to wait. */
export const timeouts = { connection: 2_000, greeting: 2_000, silence: 2_000, message: 10_000 };

/** The next thing breaks all the same when nothing has arrived for this long, say because a killed worker is not missed yet. */
const longestLullMs = 3_000;

/** Until the first message, on a machine that has other things to do. */
const longestStartMs = 60_000;

/** A killed worker is missed after ten seconds, and looked for every five. */
const longestTakeOverMs = 20_000;

/** A run that still moves, however slowly, is not stuck: the machine has other things to do. */
const longestStandstillMs = 120_000;

/** One seeded run on a database of its own, and what was wrong with it. */
export async function runOnce({ seed, messages, server, machines }) {
  const scenario = scenarioOf(seed, messages);
  const database = `run_${seed}`;
  await server.ask('postgres', `CREATE DATABASE ${database} TEMPLATE book STRATEGY FILE_COPY`);
  const sink = await startSink();
  sink.answerMs = scenario.answerMs;
  const fleet = new Fleet(machines, scenario, {
    databaseUrl: server.urlOf(database),
    mailUrl: sink.url,
    timeouts,
  });
  const begun = performance.now();
  try {
    await fleet.start();
    await untilTaken(sink, 1, longestStartMs);
    for (const each of scenario.breaks) {
      await untilTaken(sink, each.at);
      await strike(each, { fleet, sink, server });
    }
    await untilStruck({ sink, server, database, messages });
    sink.calm();
    const settled = await settle(server, database, expectedRows(messages));
    const rows = await server.ask(database, 'SELECT * FROM deliveries');
    const account = await (await fleet.anyone()).ask('reconcile');
    const verdict = judge({
      ...{ rows, account, taken: sink.taken, expected: expectedRows(messages) },
      mostInDoubt: fleet.killedConnections + sink.unanswered,
    });
    verdict.problems.unshift(...fleet.died);
    if (!settled) verdict.problems.unshift('it did not settle');
    return {
      ...{
        seed,
        scenario,
        verdict,
        struck: sink.struck,
        doubts: doubtsIn(rows),
        rows: rows.length,
        messages: sink.taken.length,
      },
      ...{ kills: fleet.kills, stops: fleet.stops, mostInDoubt: fleet.killedConnections + sink.unanswered },
      seconds: (performance.now() - begun) / 1000,
    };
  } finally {
    await fleet.end();
    await sink.close();
    await server.ask('postgres', `DROP DATABASE ${database} WITH (FORCE)`);
  }
}

/** The machines of a run. One that is killed or stopped is replaced at once. */
class Fleet {
  constructor(machines, { workers, schedulers, connections }, surroundings) {
    Object.assign(this, {
      machines,
      connections,
      surroundings,
      running: true,
      kills: 0,
      stops: 0,
      killedConnections: 0,
    });
    this.died = [];
    this.posts = [
      ...Array.from({ length: workers }, () => ({ role: 'worker' })),
      ...Array.from({ length: schedulers }, () => ({ role: 'scheduler' })),
    ];
  }

  start() {
    return Promise.all(this.posts.map((post) => this.man(post)));
  }

  man(post) {
    const machine = this.machines.take();
    post.machine = machine;
    machine.child.once('exit', (code, signal) => {
      // Nobody has killed it: the platform itself has fallen over.
      if (!machine.killed && this.running)
        this.died.push(`a ${post.role} ended by itself: ${code ?? signal}`);
    });
    const { connections, surroundings } = this;
    post.opened = post.machine
      .ask('open', { roles: [post.role], connections, ...surroundings })
      // Killed before it was open.
      .catch(() => undefined);
    return post.opened;
  }

  post(role, who) {
    const fit = this.posts.filter((post) => post.role === role);
    return fit[who % fit.length];
  }

  async kill(post) {
    await post.machine.kill();
    this.kills += 1;
    if (post.role === 'worker') this.killedConnections += this.connections;
    void this.man(post);
  }

  async stop(post) {
    await post.opened;
    this.stops += 1;
    const { machine } = post;
    void this.man(post);
    await this.machines.giveBack(machine);
  }

  async anyone() {
    await this.posts[0].opened;
    return this.posts[0].machine;
  }

  async end() {
    this.running = false;
    await Promise.all(
      this.posts.map(async ({ opened, machine }) => {
        await opened;
        await this.machines.giveBack(machine);
      }),
    );
  }
}

async function strike(trouble, { fleet, sink, server }) {
  switch (trouble.kind) {
    case 'kill':
      return fleet.kill(fleet.post(trouble.role, trouble.who));
    case 'stop':
      return fleet.stop(fleet.post('worker', trouble.who));
    case 'database':
      await server.stop(trouble.how);
      return server.start();
    case 'down':
      await sink.down();
      await pause(trouble.ms);
      return sink.up();
    default:
      sink.expect(trouble);
  }
}

async function untilTaken(sink, count, lullMs = longestLullMs) {
  let before = -1;
  for (let movedAt = performance.now(); performance.now() - movedAt < lullMs; await pause(10)) {
    if (sink.taken.length >= count) return;
    if (sink.taken.length !== before) movedAt = performance.now();
    before = sink.taken.length;
  }
}

/** What has not struck yet has its chance, once the work of those who were killed has been taken over. */
async function untilStruck({ sink, server, database, messages }) {
  let before = -1;
  for (let movedAt = performance.now(); performance.now() - movedAt < longestTakeOverMs; await pause(100)) {
    if (sink.isCalm() || sink.taken.length >= expectedRows(messages)) return;
    await endWaits(server, database);
    if (sink.taken.length !== before) movedAt = performance.now();
    before = sink.taken.length;
  }
}

/** Waits until every row has ended. */
export async function settle(server, database, expected) {
  let before = '';
  for (let movedAt = performance.now(); performance.now() - movedAt < longestStandstillMs; await pause(300)) {
    await endWaits(server, database);
    const [{ rows, open }] = await server.ask(
      database,
      `SELECT count(*)::int AS rows, count(*) FILTER (WHERE state IN ('planned', 'sending'))::int AS open FROM deliveries`,
    );
    if (rows >= expected && open === 0) return true;
    if (`${rows} ${open}` !== before) movedAt = performance.now();
    before = `${rows} ${open}`;
  }
  return false;
}

/**
 * Whoever waits for a mail server or a domain to mend is told that it has: a row waits for minutes, a domain that put
 * mail off for up to an hour, and nothing is to be learnt from sitting that out.
 */
async function endWaits(server, database) {
  for (const [table, column] of [
    ['deliveries', 'next_attempt_at'],
    ['mail_trouble', 'retry_at'],
    ['domain_backoffs', 'until_at'],
  ]) {
    await server.ask(
      database,
      `UPDATE ${table} SET ${column} = clock_timestamp()
        WHERE ${column} > clock_timestamp() ${table === 'deliveries' ? `AND state = 'planned'` : ''}`,
    );
  }
}

function doubtsIn(rows) {
  const doubts = rows.filter(({ state }) => state === 'in_doubt').map((row) => `${row.class} ${row.reason}`);
  return Object.fromEntries(
    [...Map.groupBy(doubts, (each) => each)].map(([name, { length }]) => [name, length]),
  );
}
