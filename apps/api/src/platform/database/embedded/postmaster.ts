import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';

/** A starting server writes its number into its file long before. */
const startingMs = 10_000;

/** The server process of a cluster, as its pid file tells. */
interface Postmaster {
  pid: number;
  ready: boolean;
}

/** The server that runs on this cluster, whoever started it; null when none does. */
export function findPostmaster(cluster: Cluster): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(pidFile(cluster), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  return isPostgres(pid) ? { pid, ready: lines[7]?.trim() === 'ready' } : null;
}

/**
 * Removes a pid file that a machine left behind when it went down, where PostgreSQL would not: its number has since gone
 * to some other process, or there is none in it. That of a process which is gone it removes itself, and one without a
 * number may be that of a server which is just starting: without its file it would end a minute later.
 */
function removeForeignPidFile(cluster: Cluster): void {
  try {
    const text = readFileSync(pidFile(cluster), 'utf8');
    const pid = Number(text.split('\n')[0]);
    const isForeign =
      text === ''
        ? Date.now() - statSync(pidFile(cluster)).mtimeMs > startingMs
        : pid > 0 && isAlive(pid) && !isPostgres(pid);
    if (isForeign && readFileSync(pidFile(cluster), 'utf8') === text) rmSync(pidFile(cluster));
  } catch {
    // There is none, or no longer.
  }
}

/** Starts a server on the cluster in a session of its own, so that a Ctrl-C in the terminal is ours to answer. */
export function spawnPostmaster(cluster: Cluster, settings: Record<string, string>): ChildProcess {
  removeForeignPidFile(cluster);
  const log = openSync(join(cluster.folder, 'server.log'), 'a', 0o600);
  const child = spawn(
    cluster.binaries.postgres,
    ['-D', cluster.folder, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    { ...cluster.account, cwd: '/', detached: true, stdio: ['ignore', log, log] },
  );
  child.on('error', () => undefined);
  child.unref();
  closeSync(log);
  return child;
}

/** Asks the server to stop, and waits until it has. */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  const postmaster = findPostmaster(cluster);
  if (!postmaster) return;
  process.kill(postmaster.pid, 'SIGINT');
  for (let waited = 0; isPostgres(postmaster.pid); waited += 50) {
    if (waited === 30_000) process.kill(postmaster.pid, 'SIGQUIT');
    await sleep(50);
  }
}

function pidFile(cluster: Cluster): string {
  return join(cluster.folder, 'postmaster.pid');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    if (process.platform === 'linux') {
      if (readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) return false;
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
    }
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).includes('postgres');
  } catch {
    return false;
  }
}
