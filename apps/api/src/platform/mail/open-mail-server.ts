import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.js';
import { MailServer } from './mail-server.js';

/** A mail server that can be reached, and the end of whatever was started for it. */
export interface OpenMailServer {
  server: MailServer;
  close(): void;
}

/**
 * The configured mail server. Without one, the development inbox: the one that runs beside the same data, or
 * one started here and ended with this process.
 */
export async function openMailServer(
  config: Pick<Config, 'smtpUrl' | 'smtpFallbackUrls' | 'dataDir' | 'inboxPort'>,
): Promise<OpenMailServer> {
  if (config.smtpUrl) return configuredMailServer(config);
  const noteFile = join(config.dataDir, 'inbox.json');
  const inboxUrl = `http://localhost:${config.inboxPort}`;
  const running = readNote(noteFile);
  if (running && (await answers(running))) {
    return { server: new MailServer(smtpUrl(running), inboxUrl), close: () => undefined };
  }
  const { child, smtpPort } = await startInbox(config);
  writeFileSync(noteFile, JSON.stringify({ smtpPort }));
  return { server: new MailServer(smtpUrl(smtpPort), inboxUrl), close: () => child.disconnect() };
}

/** The configured mail servers, and none where there are none to be had without starting an inbox. */
export function configuredMailServer({
  smtpUrl,
  smtpFallbackUrls,
}: Pick<Config, 'smtpUrl' | 'smtpFallbackUrls'>): OpenMailServer {
  return { server: new MailServer(smtpUrl ?? '', null, smtpFallbackUrls), close: () => undefined };
}

function startInbox(
  config: Pick<Config, 'dataDir' | 'inboxPort'>,
): Promise<{ child: ChildProcess; smtpPort: number }> {
  const program = fileURLToPath(new URL('./inbox-process.js', import.meta.url));
  const child = fork(program, [String(config.inboxPort), join(config.dataDir, 'inbox')], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // A Ctrl-C reaches a terminal's whole process group. The inbox is ended once the last message is handed over.
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`The development inbox did not start on INBOX_PORT ${config.inboxPort}: ${why}`));
    child.once('message', (message: { smtpPort?: number; error?: string }) => {
      if (message.smtpPort === undefined) return fail(String(message.error));
      // Nothing more comes over the channel: it must not keep a finished command from ending.
      child.channel?.unref();
      child.unref();
      resolve({ child, smtpPort: message.smtpPort });
    });
    child.once('exit', (code) => fail(`it ended with ${code}`));
  });
}

function smtpUrl(port: number): string {
  return `smtp://127.0.0.1:${port}?ignoreTLS=true`;
}

function readNote(path: string): number | null {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { smtpPort: number }).smtpPort;
  } catch {
    return null;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2000 });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    // The port may have gone to another program since: a mail server greets with 220.
    socket.once('data', (greeting) => end(greeting.toString().startsWith('220')));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
