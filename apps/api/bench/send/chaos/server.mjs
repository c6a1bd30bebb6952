import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
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
  constructor(home, cluster) {
    this.home = home;
    this.cluster = cluster;
  }

  static async create() {
    const home = freshHome();
    const server = new Server(home, await openCluster(home));
    await server.start();
    return server;
  }

  /** Another server with a copy of the data of this one, which must be stopped. */
  async copy() {
    const home = freshHome();
    const folder = join(home, 'postgres');
    execFileSync('cp', ['-a', this.cluster.folder, folder]);
    const server = new Server(home, { ...this.cluster, folder, port: await freePort() });
    await server.start();
    return server;
  }

  urlOf(database) {
    return `postgres://aftercare:${this.cluster.password}@127.0.0.1:${this.cluster.port}/${database}`;
  }

  async start() {
    for (let child = null; ; await pause(30)) {
      const postmaster = findPostmaster(this.cluster);
      if (postmaster?.ready && (await this.answers())) return;
      // One that exited met the last one's children, still leaving.
      if (!postmaster && (!child || child.exitCode !== null)) {
        child = spawnPostmaster(this.cluster, { ...settings, port: String(this.cluster.port) });
      }
    }
  }

  /** @param how fast, immediate, or crash: killed without a word */
  async stop(how = 'fast') {
    const { pid } = findPostmaster(this.cluster);
    process.kill(pid, signals[how]);
    while (findPostmaster(this.cluster)) await pause(20);
  }

  /** Runs statements on a connection of their own. */
  async ask(database, text, values) {
    const client = new pg.Client(this.urlOf(database));
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
