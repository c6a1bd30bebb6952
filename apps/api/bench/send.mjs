import { parseArgs } from 'node:util';
import { MessagesService } from '../dist/features/deliveries/messages.service.js';
import { measureCeiling } from './send/ceiling.mjs';
import { runChaos } from './send/chaos/bench.mjs';
import { forkNodemailer } from './send/nodemailer.mjs';
import { cpuSeconds, databaseCpuSeconds, openSending, peakMemoryOf } from './send/platform.mjs';
import { forkSink } from './send/sink.mjs';
import { peakMemoryMb, round } from './support/platform.mjs';

export const description =
  "Messages per second from the ledger into a mail server on loopback, beside the machine's ceiling and nodemailer's " +
  'bare pool (--messages 100000 --connections 40 --workers 2 --delay 0); how well a limit on all mail is kept (--rate 200); or ' +
  'broken at random (--chaos --runs 200 --seed 1)';

/** What is asked of one machine with two cores. */
const bars = { ofCeiling: 0.3, ofNodemailer: 3, lastTenthOfFirst: 0.9, memoryMb: 300, offRate: 0.02 };

/**
 * What a machine does in two seconds may be half as much as in the next two. So what the sending is compared with is
 * measured in between, after each so many messages and before the first.
 */
const sliceMessages = 100_000;
const compared = { ceiling: 20_000, nodemailer: 2_000 };

/** A letter of the bench's own, about: the first comparison is made before there is any. */
const letterBytes = 12_600;

/**
 * Everything is measured: release, gate, rendering, MIME, SMTP, the ledger and the kept bytes, from the release of the
 * first row until the last is settled. Workers are processes of the platform. On the same machine and in the same run,
 * what it can do at best, and nodemailer with a message of the same words.
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
      rate: { type: 'string', default: '0' },
      profile: { type: 'string' },
    },
  });
  const messages = Number(values.messages);
  const connections = Number(values.connections);
  const delayMs = Number(values.delay);
  const rate = Number(values.rate);
  // Of a limit one wants to know each second.
  const sink = await forkSink({ delayMs, momentEvery: rate > 0 ? rate : 1000 });
  const settings = { mailRatePerSecond: rate };
  const platform = await openSending({ mailUrl: sink.url, messages, connections, settings });
  const comparison = delayMs > 0 || rate > 0 ? null : await openComparison(connections);
  try {
    const flags = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
    const workers = [];
    for (let count = 0; count < Number(values.workers); count += 1) {
      workers.push(await platform.startWorker({ flags, environment: { MAIL_RATE_PER_SECOND: values.rate } }));
    }
    const sent = await measureSending({ platform, workers, sink, messages, rate, comparison });
    const result = {
      ...{ messages, connections, workers: workers.length, delayMs },
      messageBytes: (await oneMessage(platform)).sizeBytes,
      ...sent,
      ...comparison?.of(sent.perSecond),
    };
    return { ...result, bars, passed: isPassed(result) };
  } finally {
    await platform.close();
    comparison?.close();
    sink.close();
  }
}

async function measureSending({ platform, workers, sink, messages, rate, comparison }) {
  const cpuNow = async () => [
    workers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
    process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    await databaseCpuSeconds(platform.client),
  ];
  const slices = comparison ? Math.ceil(messages / sliceMessages) : 1;
  const cpu = [0, 0, 0];
  const seconds = [];
  for (let slice = 1; slice <= slices; slice += 1) {
    await comparison?.measure(platform);
    const before = await cpuNow();
    const begunAt = performance.now();
    await platform.settle(() => sink.count(), Math.round((messages * slice) / slices));
    seconds.push((performance.now() - begunAt) / 1000);
    for (const [part, now] of (await cpuNow()).entries()) cpu[part] += now - before[part];
  }
  const memoryMb = Math.max(...workers.map(({ pid }) => peakMemoryOf(pid)));
  await comparison?.measure(platform);
  const taken = await sink.take();
  const account = await platform.reconcile();
  const all = seconds.reduce((sum, each) => sum + each, 0);
  const [worker, scheduler, postgres, ofSink] = [...cpu, taken.cpu].map((each) =>
    round(each / (messages / 1000)),
  );
  return {
    seconds: round(all),
    perSecond: Math.round(messages / all),
    lastTenthOfFirst: lastTenthOfFirst(seconds),
    ...(rate > 0 ? { rate: rateKept(taken, rate) } : {}),
    cpuPerThousand: { worker, scheduler, postgres, sink: ofSink },
    ...{ memoryMb, schedulerMemoryMb: peakMemoryMb() },
    lost: messages - taken.distinct,
    doubled: taken.doubled,
    inDoubt: account.states.in_doubt ?? 0,
    balanced: account.balanced,
    states: account.states,
  };
}

/** The rate of the last tenth of a run by that of the first; null where there are too few slices to tell. */
function lastTenthOfFirst(seconds) {
  const tenth = Math.floor(seconds.length / 10);
  if (tenth === 0) return null;
  const spent = (slices) => slices.reduce((sum, each) => sum + each, 0);
  return round(spent(seconds.slice(0, tenth)) / spent(seconds.slice(-tenth)));
}

/** How far what came each second, and in all, was from the limit: `offRate` 0.01 is one in a hundred too many. */
function rateKept({ moments }, asked) {
  const seconds = moments.slice(1).map((moment, at) => (moment - moments[at]) / 1000);
  const all = seconds.reduce((sum, each) => sum + each, 0);
  return {
    asked,
    offRate: round(seconds.length / all - 1, 4),
    fullestSecond: round(1 / Math.min(...seconds), 3),
    emptiestSecond: round(1 / Math.max(...seconds), 3),
  };
}

/** What the sending is compared with, measured as often as it is asked for. */
async function openComparison(connections) {
  const sink = await forkSink();
  const nodemailer = forkNodemailer(sink);
  const ceilings = [];
  const pools = [];
  let words = null;
  return {
    async measure(platform) {
      words ??= await oneMessage(platform);
      ceilings.push(await measureCeiling({ messages: compared.ceiling, connections, bytes: letterBytes }));
      if (words) pools.push(await nodemailer.measure(words, compared.nodemailer, connections));
    },
    of(perSecond) {
      const ceiling = inAll(ceilings.map((each) => each.perSecond));
      const ofPool = inAll(pools.map((each) => each.perSecond));
      const cpuPerThousand = pools.reduce((sum, each) => sum + each.cpuPerThousand, 0) / pools.length;
      return {
        ceiling: {
          program: ceilings[0].program,
          perSecond: ceiling,
          rounds: ceilings.map((each) => each.perSecond),
        },
        ofCeiling: round(perSecond / ceiling, 3),
        nodemailer: {
          perSecond: ofPool,
          cpuPerThousand: round(cpuPerThousand),
          rounds: pools.map((each) => each.perSecond),
        },
        ofNodemailer: round(perSecond / ofPool),
      };
    },
    close: () => {
      nodemailer.close();
      sink.close();
    },
  };
}

/** The rate of rounds of one size taken together, as the messages of a run are: by the time that all of them took. */
function inAll(rates) {
  return Math.round(rates.length / rates.reduce((sum, rate) => sum + 1 / rate, 0));
}

function isPassed(result) {
  const atLeast = (name) => result[name] === undefined || result[name] === null || result[name] >= bars[name];
  return (
    atLeast('ofCeiling') &&
    atLeast('ofNodemailer') &&
    atLeast('lastTenthOfFirst') &&
    [result.memoryMb, result.schedulerMemoryMb].every((memoryMb) => memoryMb < bars.memoryMb) &&
    Math.abs(result.rate?.offRate ?? 0) <= bars.offRate &&
    result.balanced &&
    [result.lost, result.doubled, result.inDoubt].every((count) => count === 0)
  );
}

async function oneMessage({ client, get }) {
  const { rows } = await client.query(`SELECT delivery_id FROM deliveries WHERE state = 'sent' LIMIT 1`);
  return rows.length === 0 ? null : get(MessagesService).get(rows[0].delivery_id);
}
