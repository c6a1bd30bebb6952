import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { openCluster } from '../../../dist/platform/database/embedded/cluster.js';
import { findPostmaster, spawnPostmaster } from '../../../dist/platform/database/embedded/postmaster.js';

/** Nothing here outlives a power cut, and nothing has to: processes are killed, the machine is not. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '48MB',
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  // Of a server that was killed, the children must be gone before the next one may start.
  restart_after_crash: 'off',
};

const signals = { fast: 'SIGINT', immediate: 'SIGQUIT', crash: 'SIGKILL' };

/** A PostgreSQL server that can be stopped and killed at will. */
export class Server {
  /**
   * @param settings server settings on top of the usual ones
   * @param host the address it listens at
   * @param within a command that runs another one somewhere else, as in another network
   */
  constructor(home, cluster, { settings: own = {}, host = '127.0.0.1', within = [] } = {}) {
    Object.assign(this, { home, cluster, own, host, within });
  }

  static async create(given = {}) {
    const home = given.home ?? freshHome();
    const server = new Server(home, await openCluster(home), given);
    if (server.host !== '127.0.0.1') {
      appendFileSync(join(server.cluster.folder, 'pg_hba.conf'), 'host all all samenet scram-sha-256\n');
    }
    await server.start();
    return server;
  }

  /** Another server with a copy of the data of this one, which must be stopped. */
  async copy({ start = true, ...given } = {}) {
    const home = freshHome();
    const folder = join(home, 'postgres');
    execFileSync('cp', ['-a', this.cluster.folder, folder]);
    const server = new Server(home, { ...this.cluster, folder, port: await freePort() }, given);
    if (start) await server.start();
    return server;
  }

  urlOf(database) {
    return `postgres://aftercare:${this.cluster.password}@${this.host}:${this.cluster.port}/${database}`;
  }

  async start() {
    for (let child = null; ; await pause(30)) {
      const postmaster = findPostmaster(this.cluster);
      if (postmaster?.ready && (await this.answers())) return;
      // One that exited met the last one's children, still leaving.
      if (!postmaster && (!child || child.exitCode !== null)) {
        child = this.spawn();
      }
    }
  }

  spawn() {
    const all = { ...settings, listen_addresses: this.host, port: String(this.cluster.port), ...this.own };
    if (this.within.length === 0) return spawnPostmaster(this.cluster, all);
    const [command, ...before] = this.within;
    const { account, binaries, folder } = this.cluster;
    const as = account
      ? ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
      : [];
    const options = Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const child = spawn(command, [...before, ...as, binaries.postgres, '-D', folder, ...options], {
      ...{ cwd: '/', detached: true, stdio: 'ignore' },
    });
    child.unref();
    return child;
  }

  /** @param how fast, immediate, or crash: killed without a word */
  async stop(how = 'fast') {
    const { pid } = findPostmaster(this.cluster);
    process.kill(pid, signals[how]);
    while (findPostmaster(this.cluster)) await pause(20);
  }

  /** Runs statements on a connection of their own. */
  async ask(database, text, values) {
    const client = new pg.Client({ connectionString: this.urlOf(database), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async remove() {
    if (findPostmaster(this.cluster)) await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  answers() {
    return this.ask('postgres', 'SELECT 1').then(
      () => true,
      () => false,
    );
  }
}

function freshHome() {
  const home = mkdtempSync(join(tmpdir(), 'aftercare-chaos-'));
  // As root the server runs as somebody else, who must be able to get in.
  chmodSync(home, 0o755);
  return home;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
