import { serverWithBook } from './book.mjs';
import { Machines } from './machines.mjs';
import { runOnce } from './run.mjs';

/**
 * Runs that are broken at random, by seed: processes killed and stopped, the database stopped and killed, a mail server
 * that fails at every stage of a conversation. After each, the mail server's record is held against the ledger.
 *
 * @param runs how many, with the seeds from `seed` on
 * @param messages how many messages a run is to send
 * @param lanes runs at a time, each on a database server of its own: a run mostly waits, for a killed worker to be missed
 * @param tell is told what is to happen in each run, and how it went
 */
export async function chaos({ runs, seed, messages, lanes, tell = () => undefined }) {
  const begun = performance.now();
  const side = Math.min(lanes, runs);
  const machines = new Machines(side);
  const servers = [];
  const results = [];
  let next = seed;
  const lane = async (server) => {
    while (next < seed + runs) {
      const own = next++;
      const result = await runOnce({ seed: own, messages, server, machines }).catch((error) => ({
        ...{
          seed: own,
          broken: true,
          rows: 0,
          messages: 0,
          kills: 0,
          stops: 0,
          mostInDoubt: 0,
          struck: {},
          seconds: 0,
        },
        verdict: { problems: [String(error.stack ?? error)] },
      }));
      results.push(result);
      tell(result);
    }
  };
  try {
    const machine = machines.take();
    const first = await serverWithBook(machine, messages);
    servers.push(first);
    machines.keep(machine);
    await first.stop();
    for (let index = 1; index < side; index += 1) servers.push(await first.copy());
    await first.start();
    await Promise.all(servers.map(lane));
  } finally {
    await machines.end();
    await Promise.all(servers.map((server) => server.remove()));
  }
  return summaryOf(results, (performance.now() - begun) / 1000);
}

function summaryOf(results, seconds) {
  const sum = (of) => results.reduce((total, result) => total + (of(result) ?? 0), 0);
  const troubles = {};
  for (const { struck } of results) {
    for (const [name, count] of Object.entries(struck)) troubles[name] = (troubles[name] ?? 0) + count;
  }
  const failures = results
    .filter(({ verdict }) => verdict.problems.length > 0)
    .map(({ seed, verdict }) => ({ seed, problems: verdict.problems.slice(0, 10) }));
  const databases = (how) =>
    sum(
      ({ scenario }) =>
        scenario?.breaks.filter((each) => each.kind === 'database' && each.how === how).length,
    );
  return {
    runs: results.length,
    passed: results.length - failures.length,
    rows: sum(({ rows }) => rows),
    messages: sum(({ messages }) => messages),
    kills: sum(({ kills }) => kills),
    stops: sum(({ stops }) => stops),
    databaseRestarts: {
      fast: databases('fast'),
      immediate: databases('immediate'),
      crash: databases('crash'),
    },
    mailTroubles: troubles,
    lost: sum(({ verdict }) => verdict.lost),
    doubledMarketing: sum(({ verdict }) => verdict.doubledMarketing),
    doubledUntold: sum(({ verdict }) => verdict.doubledUntold),
    twiceAndSaid: sum(({ verdict }) => verdict.twice),
    inDoubt: sum(({ verdict }) => verdict.inDoubt),
    mostInDoubt: sum(({ mostInDoubt }) => mostInDoubt),
    seconds: Math.round(seconds),
    failures: failures.sort((a, b) => a.seed - b.seed),
  };
}
