import { parseArgs } from 'node:util';
import { MessagesService } from '../dist/features/deliveries/messages.service.js';
import { measureCeiling } from './send/ceiling.mjs';
import { runChaos } from './send/chaos/bench.mjs';
import { nodemailerAlone } from './send/nodemailer.mjs';
import { cpuSeconds, databaseCpuSeconds, openSending, peakMemoryOf } from './send/platform.mjs';
import { forkSink } from './send/sink.mjs';
import { peakMemoryMb, round } from './support/platform.mjs';

export const description =
  "Messages per second from the ledger into a mail server on loopback, beside the machine's ceiling and nodemailer's " +
  'bare pool (--messages 100000 --connections 40 --workers 2 --delay 0); or broken at random (--chaos --runs 200 --seed 1)';

/** What is asked of one machine with two cores. */
const bars = { ofCeiling: 0.3, ofNodemailer: 3, lastTenthOfFirst: 0.9, memoryMb: 300 };

/** Enough for a steady figure of something that is there to be compared with. */
const compared = 20_000;

/**
 * Everything is measured: release, gate, rendering, MIME, SMTP, the ledger and the kept bytes, from the release of the
 * first row until the last is settled. Workers are processes of the platform. Then, on the same machine and in the same
 * run, what it can do at best, and nodemailer with a message of the same words.
 */
export async function run(args) {
  if (args.includes('--chaos')) return runChaos(args);
  const { values } = parseArgs({
    args,
    options: {
      messages: { type: 'string', default: '100000' },
      connections: { type: 'string', default: '40' },
      workers: { type: 'string', default: '2' },
      delay: { type: 'string', default: '0' },
      profile: { type: 'string' },
    },
  });
  const messages = Number(values.messages);
  const connections = Number(values.connections);
  const delayMs = Number(values.delay);
  const sink = await forkSink({ delayMs });
  const platform = await openSending({ mailUrl: sink.url, messages, connections });
  try {
    const flags = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
    const workers = [];
    for (let count = 0; count < Number(values.workers); count += 1) {
      workers.push(await platform.startWorker({ flags }));
    }
    const sent = await measureSending(platform, workers, sink, messages);
    const sample = await oneMessage(platform);
    for (const worker of workers) await worker.stop();
    const comparison = delayMs > 0 ? {} : await compare(sink, sample, connections, sent.perSecond);
    const result = {
      ...{ messages, connections, workers: workers.length, delayMs, messageBytes: sample.sizeBytes },
      ...sent,
      ...comparison,
    };
    return { ...result, bars, passed: isPassed(result) };
  } finally {
    await platform.close();
    sink.close();
  }
}

async function measureSending(platform, workers, sink, messages) {
  const cpuNow = async () => ({
    node: workers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
    scheduler: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    postgres: await databaseCpuSeconds(platform.client),
  });
  const before = await cpuNow();
  const begunAt = performance.now();
  await platform.settle(() => sink.count());
  const seconds = (performance.now() - begunAt) / 1000;
  const after = await cpuNow();
  const memoryMb = Math.max(...workers.map(({ pid }) => peakMemoryOf(pid)));
  const taken = await sink.take();
  const account = await platform.reconcile();
  const perThousand = (part) => round((after[part] - before[part]) / (messages / 1000));
  return {
    seconds: round(seconds),
    perSecond: Math.round(messages / seconds),
    lastTenthOfFirst: lastTenthOfFirst(taken),
    cpuPerThousand: {
      worker: perThousand('node'),
      scheduler: perThousand('scheduler'),
      postgres: perThousand('postgres'),
      sink: round(taken.cpu / (messages / 1000)),
    },
    ...{ memoryMb, schedulerMemoryMb: peakMemoryMb() },
    lost: messages - taken.distinct,
    doubled: taken.doubled,
    inDoubt: account.states.in_doubt ?? 0,
    balanced: account.balanced,
    states: account.states,
  };
}

/** The rate at which the last tenth came, by that of the first; null for too few to tell. */
function lastTenthOfFirst({ moments }) {
  const tenth = Math.floor(moments.length / 10);
  if (tenth < 2) return null;
  // What comes in while everything starts is no rate yet.
  const spent = (from, to) => moments[to] - moments[from];
  return round(spent(tenth, 2 * tenth) / spent(moments.length - 1 - tenth, moments.length - 1));
}

/** What one machine does in two seconds may be half as much as in the next two: each is asked several times, in turn. */
const rounds = 5;

async function compare(sink, sample, connections, perSecond) {
  const ceilings = [];
  const pools = [];
  for (let round = 0; round < rounds; round += 1) {
    ceilings.push(await measureCeiling({ messages: compared, connections, bytes: sample.sizeBytes }));
    pools.push(await nodemailerAlone(sink, sample, compared / 10, connections));
  }
  const ceiling = median(ceilings);
  const nodemailer = median(pools);
  return {
    ceiling: { ...ceiling, rounds: ceilings.map((each) => each.perSecond) },
    ofCeiling: round(perSecond / ceiling.perSecond),
    nodemailer: { ...nodemailer, rounds: pools.map((each) => each.perSecond) },
    ofNodemailer: round(perSecond / nodemailer.perSecond),
  };
}

/** The measurement in the middle. */
function median(measured) {
  return measured.toSorted((a, b) => a.perSecond - b.perSecond)[(measured.length - 1) / 2];
}

function isPassed(result) {
  const atLeast = (name) => result[name] === undefined || result[name] === null || result[name] >= bars[name];
  return (
    atLeast('ofCeiling') &&
    atLeast('ofNodemailer') &&
    atLeast('lastTenthOfFirst') &&
    result.memoryMb < bars.memoryMb &&
    result.balanced &&
    [result.lost, result.doubled, result.inDoubt].every((count) => count === 0)
  );
}

async function oneMessage({ client, get }) {
  const { rows } = await client.query(`SELECT delivery_id FROM deliveries WHERE state = 'sent' LIMIT 1`);
  return get(MessagesService).get(rows[0].delivery_id);
}
