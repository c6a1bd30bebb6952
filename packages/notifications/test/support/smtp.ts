import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SMTPServerError } from 'smtp-server';
import { afterEach } from 'vitest';
import { SmtpPool } from '../../src/transport/smtp-pool.js';
import type { OutgoingMessage, SmtpPoolOptions } from '../../src/transport/transport.types.js';
import { startMailServer, startScriptedServer } from './mail-server.js';

export const message: OutgoingMessage = {
  envelope: { from: 'bounces+1@insurer.example', to: 'ada@customer.test' },
  raw: Buffer.from('Subject: hello\r\n\r\n.dots are stuffed\r\n'),
};
/** More than every buffer between us and a server that does not read. */
export const huge: OutgoingMessage = {
  ...message,
  raw: Buffer.from(`Subject: huge\r\n\r\n${randomBytes(12 << 20).toString('base64')}\r\n`),
};

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function server(...args: Parameters<typeof startMailServer>) {
  const started = await startMailServer(...args);
  cleanups.push(started.close);
  return started;
}
export async function scripted(...args: Parameters<typeof startScriptedServer>) {
  const started = await startScriptedServer(...args);
  cleanups.push(started.close);
  return started;
}
export function pool(url: string, options: Partial<SmtpPoolOptions> = {}) {
  const made = new SmtpPool({ url, connections: 1, ...options });
  cleanups.push(() => made.close(0));
  return made;
}
export function reply(responseCode: number, text: string): SMTPServerError {
  return Object.assign(new Error(text), { responseCode });
}

/** A well-behaved session up to DATA, as lines and their answers. */
export const manners: Record<string, string> = {
  hello: '220 here',
  EHLO: '250 here',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  '.': '250 taken',
  RSET: '250 ok',
  QUIT: '221 bye',
};
export function verb(line: string | null): string | null {
  return line === null ? 'hello' : (/^(EHLO|MAIL|RCPT|DATA|RSET|QUIT|\.$)/.exec(line)?.[1] ?? null);
}

/** A server that offers PIPELINING and more, and answers as told where it is told something else than `manners`. */
export async function pipelining(
  answers: (word: string, socket: Socket) => string | undefined,
  offers = ['PIPELINING', '8BITMIME', 'SIZE 1000000'],
) {
  const said: string[] = [];
  const smtp = await scripted((line, socket) => {
    const word = verb(line);
    if (line !== null) said.push(line);
    if (word === null) return;
    const hello = `${offers.map((offer) => `250-${offer}\r\n`).join('')}250 HELP\r\n`;
    const answer =
      answers(word, socket) ?? (word === 'EHLO' ? `250-here\r\n${hello}` : `${manners[word]}\r\n`);
    if (answer !== '') socket.write(answer);
  });
  return { ...smtp, said };
}
