import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A port that nobody has at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('stops all it started when Ctrl-C reaches it twice, from the terminal and passed on by npm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aftercare-stop-'));
  await chmod(folder, 0o755);
  const platform = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      // Empty is unset: a database and an inbox of its own.
      DATABASE_URL: '',
      SMTP_URL: '',
      AFTERCARE_DATA_DIR: folder,
      AFTERCARE_SAMPLE: '0',
      PORT: String(await freePort()),
      INBOX_PORT: String(await freePort()),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(platform, 'exit');
  let said = '';
  platform.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const hears = (words: string) =>
    vi.waitFor(() => expect(said).toContain(words), { timeout: 120_000, interval: 20 });
  await hears('is ready');
  const pidFile = join(folder, 'postgres', 'postmaster.pid');
  expect(existsSync(pidFile)).toBe(true);
  platform.kill('SIGINT');
  await hears('Stopping.');
  platform.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(existsSync(pidFile)).toBe(false);
  await rm(folder, { recursive: true });
});
