import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openCluster, type Cluster } from './cluster.js';
import { findPostmaster, spawnPostmaster, stopPostmaster } from './postmaster.js';

const holderName = 'aftercare-holder';
const databaseName = 'aftercare';
const startLimitMs = 60_000;

/** Settings for a server that shares a small machine with the platform. */
const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  // Planning a query with the compiler costs more than it brings on the platform's short queries.
  jit: 'off',
};

/**
 * One PostgreSQL server per data folder, shared by every process that holds it.
 *
 * A holder keeps one connection open; the server's own list of connections is the count of holders, so a holder
 * that was killed is uncounted without anybody's help. Who lets go last stops the server. A server that a
 * `kill -9` left behind is adopted, and one that dies while held is started again at the same address.
 */
export class EmbeddedPostgres {
  private connection: pg.Client | null = null;
  private released = false;

  private constructor(
    private readonly cluster: Cluster,
    private readonly settings: Record<string, string>,
  ) {}

  /**
   * Holds the server of `dataDir`, starting it when none runs.
   * @param settings server settings on top of the usual ones
   */
  static async hold(dataDir: string, settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
    const cluster = await openCluster(dataDir);
    const server = new EmbeddedPostgres(cluster, {
      ...defaultSettings,
      port: String(cluster.port),
      ...settings,
    });
    await server.connect();
    await server.createDatabase();
    return server;
  }

  /** What tells this data folder from a copy of it. */
  get identity(): string {
    const { ino, birthtimeMs } = statSync(this.cluster.folder);
    return `${ino}-${Math.floor(birthtimeMs)}`;
  }

  /** Where the platform's database is. */
  get url(): string {
    return this.urlOf(databaseName);
  }

  urlOf(database: string): string {
    return `postgres://aftercare:${this.cluster.password}@127.0.0.1:${this.cluster.port}/${database}`;
  }

  /** Lets go of the server, and stops it when nobody else holds it. */
  async release(): Promise<void> {
    this.released = true;
    const connection = this.connection;
    if (!connection) return;
    const others = await connection
      .query(
        `SELECT count(*)::int AS holders FROM pg_stat_activity
          WHERE application_name = $1 AND pid <> pg_backend_pid()`,
        [holderName],
      )
      .then(({ rows }) => (rows[0] as { holders: number }).holders)
      .catch(() => 0);
    await connection.end().catch(() => undefined);
    if (others === 0) await stopPostmaster(this.cluster);
  }

  private async connect(): Promise<void> {
    const deadline = performance.now() + startLimitMs;
    let started: ChildProcess | null = null;
    for (;;) {
      const postmaster = findPostmaster(this.cluster);
      // One that exited found another process starting the server, or the last one's children still leaving.
      if (!postmaster && (!started || hasExited(started)))
        started = spawnPostmaster(this.cluster, this.settings);
      else if (postmaster?.ready && (await this.tryConnect())) return;
      if (performance.now() > deadline) {
        throw new Error(`PostgreSQL did not start. Its log is ${this.cluster.folder}/server.log`);
      }
      await sleep(30);
    }
  }

  private async tryConnect(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.urlOf('postgres'),
      application_name: holderName,
      keepAlive: true,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => undefined);
      // A wrong password will not mend itself; a server on its way up or down will.
      if ((error as { code?: string }).code === '28P01') throw error;
      return false;
    }
    client.once('end', () => {
      if (!this.released && this.connection === client) this.restart();
    });
    this.connection = client;
    return true;
  }

  private restart(): void {
    this.connection = null;
    this.connect().catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
    });
  }

  private async createDatabase(): Promise<void> {
    const exists = await this.connection!.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      databaseName,
    ]);
    if (exists.rowCount) return;
    await this.connection!.query(`CREATE DATABASE ${databaseName}`).catch((error: { code?: string }) => {
      if (error.code !== '42P04' && error.code !== '23505') throw error;
    });
  }
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
