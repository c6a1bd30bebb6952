import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../api/dist/main.js', import.meta.url));

/** A letter as the development inbox lists it. */
export interface InboxLetter {
  id: string;
  subject: string;
  html: string;
  text: string;
  to: { address: string }[];
  headers: Record<string, string>;
}

/** The whole platform as its operator starts it, on a sample book of its own. */
export interface Platform {
  url: string;
  inboxUrl: string;
  /** What it printed: the addresses and the sample sign-ins. */
  output: string;
  stop(): Promise<void>;
}

/** Starts the platform and waits until it says that it is ready. */
export async function startPlatform(): Promise<Platform> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aftercare-e2e-'));
  chmodSync(dataDir, 0o755);
  const [port, inboxPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TZ: 'Asia/Kathmandu',
      AFTERCARE_DATA_DIR: dataDir,
      PORT: String(port),
      INBOX_PORT: String(inboxPort),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = await untilReady(child);
  const inboxUrl = `http://127.0.0.1:${inboxPort}`;
  return {
    url: `http://localhost:${port}`,
    inboxUrl,
    output,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function untilReady(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      // The sign-ins are the last lines, one for each of five roles.
      if (/^ {2}service .*\n/m.test(output)) resolve(output);
    });
    child.once('exit', (code) => reject(new Error(`The platform ended with ${code}: ${output}`)));
  });
}

/** The newest letter in the inbox that fits, as soon as there is one. */
export async function findLetter(
  inboxUrl: string,
  fits: (letter: InboxLetter) => boolean,
): Promise<InboxLetter> {
  for (const end = performance.now() + 240_000; performance.now() < end;) {
    const answer = (await (await fetch(`${inboxUrl}/api/email`)).json()) as
      InboxLetter[] | { emails: InboxLetter[] };
    const letters = Array.isArray(answer) ? answer : answer.emails;
    const letter = letters.findLast(fits);
    if (letter) return letter;
    // The inbox answers with all letters in full.
    await sleep(500);
  }
  throw new Error('No such letter came.');
}

/**
 * A renewal reminder in English, with a price to compare, to a customer with an odd or an even number. Test files run
 * side by side, and two that sign in as the same customer would take each other's link. Families are left out: their
 * one address gets a sign-in letter for each of them.
 */
export function findReminder(inboxUrl: string, number: 'odd' | 'even'): Promise<InboxLetter> {
  const address = number === 'odd' ? /^(?!family).*[13579]@/ : /^(?!family).*[02468]@/;
  return findLetter(
    inboxUrl,
    ({ subject, text, to }) =>
      /is due for renewal/.test(subject) && /Last premium/.test(text) && address.test(to[0]!.address),
  );
}

/** The way out, as the letter's text has it. */
export const wayOut = (letter: InboxLetter): string =>
  /https?:[^\s"<>\])]+\/u\/[\w.~-]+/.exec(letter.text)![0];

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
