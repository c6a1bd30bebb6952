import { parseArgs } from 'node:util';
import { createSink } from './send/sink.mjs';

export const description =
  'A mail server on loopback that takes everything, for any sender, and counts for whom: ends on Ctrl-C, or once so many messages have come (--port 2525 --until 20000 --delay 0)';

/** What came, by recipient: the same account for every product that is pointed at it. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '2525' },
      until: { type: 'string' },
      delay: { type: 'string', default: '0' },
    },
  });
  const sink = createSink({ delayMs: Number(values.delay), detailed: true });
  const port = await sink.listen(Number(values.port));
  console.error(`Taking mail at smtp://127.0.0.1:${port}. Ctrl-C ends and counts.`);
  const { record } = sink;
  const times = { first: 0, last: 0 };
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    let seen = 0;
    const look = setInterval(() => {
      if (record.messages === seen) return;
      times.first ||= record.moments[0];
      times.last = performance.now();
      seen = record.messages;
      if (values.until === undefined || seen < Number(values.until)) return;
      clearInterval(look);
      resolve();
    }, 50);
  });
  const perRecipient = new Map();
  for (const { to } of record.arrivals) perRecipient.set(to, (perRecipient.get(to) ?? 0) + 1);
  const more = [...perRecipient].filter(([, count]) => count > 1);
  const seconds = (times.last - times.first) / 1000;
  return {
    messages: record.messages,
    recipients: perRecipient.size,
    moreThanOnce: more.length,
    examples: more.slice(0, 10),
    seconds: Math.round(seconds * 100) / 100,
    perSecond: seconds > 0 ? Math.round(record.messages / seconds) : null,
  };
}
