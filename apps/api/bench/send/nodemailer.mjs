import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import nodemailer from 'nodemailer';

/**
 * nodemailer's own pool in a process of its own, which is the same for all rounds: it warms up like any other, and its
 * memory is not held against ours.
 *
 * @param sink as `forkSink` gives it
 */
export function forkNodemailer(sink) {
  const child = fork(fileURLToPath(import.meta.url));
  return {
    /**
     * What the pool does with the words of a message, given as HTML and text, when it does nothing else.
     * @param words `{ from, subject, html, text }`
     */
    async measure(words, messages, connections) {
      child.send({ port: sink.port, words, messages, connections });
      const [{ seconds, cpu }] = await once(child, 'message');
      const taken = await sink.take();
      if (taken.messages !== messages) throw new Error(`nodemailer sent ${taken.messages} of ${messages}`);
      return { perSecond: Math.round(messages / seconds), cpuPerThousand: (cpu / messages) * 1000 };
    },
    close: () => child.disconnect(),
  };
}

async function send({ port, words: { from, subject, html, text }, messages, connections }) {
  const pool = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port, ignoreTLS: true },
    ...{ pool: true, maxConnections: connections, maxMessages: Infinity },
  });
  const begun = { at: performance.now(), cpu: process.cpuUsage() };
  let next = 0;
  const lane = async () => {
    while (next < messages) {
      next += 1;
      await pool.sendMail({ from, to: `c${next}@example.com`, subject, html, text });
    }
  };
  await Promise.all(Array.from({ length: connections * 2 }, lane));
  const seconds = (performance.now() - begun.at) / 1000;
  const { user, system } = process.cpuUsage(begun.cpu);
  pool.close();
  return { seconds, cpu: (user + system) / 1e6 };
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('disconnect', () => process.exit());
  process.on('message', async (asked) => process.send(await send(asked)));
}
