import nodemailer from 'nodemailer';

/**
 * What nodemailer's own pool does with the words of a message, given as HTML and text, when it does nothing else.
 *
 * @param words `{ from, subject, html, text }`
 */
export async function nodemailerAlone(sink, { from, subject, html, text }, messages, connections) {
  const pool = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port: sink.port, ignoreTLS: true },
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
  const taken = await sink.take();
  if (taken.messages !== messages) throw new Error(`nodemailer sent ${taken.messages} of ${messages}`);
  return { perSecond: Math.round(messages / seconds), cpuPerThousand: (user + system) / 1000 / messages };
}
