import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrations } from '../../src/migrations/index.js';
import { openDatabase } from '../../src/platform/database/open-database.js';
import { openCluster } from '../../src/platform/database/embedded/cluster.js';
import { EmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import { findPostmaster, stopPostmaster } from '../../src/platform/database/embedded/postmaster.js';

describe('the embedded PostgreSQL', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'aftercare-embedded-'));
    // As closed as root's own home: an unprivileged server could not enter it.
    chmodSync(dataDir, 0o700);
  });

  afterEach(async () => {
    const cluster = await openCluster(dataDir);
    await stopPostmaster(cluster);
    rmSync(dirname(cluster.folder), { recursive: true });
    rmSync(dataDir, { recursive: true, force: true });
  });

  const pid = async () => findPostmaster(await openCluster(dataDir))?.pid ?? null;

  it('is one server for all its holders, and stops with the last of them', async () => {
    const [first, second] = await Promise.all([
      EmbeddedPostgres.hold(dataDir),
      EmbeddedPostgres.hold(dataDir),
    ]);
    expect(second.url).toBe(first.url);
    await first.release();
    expect(await ask(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.release();
    expect(await pid()).toBeNull();
  });

  it('keeps its data from one run to the next', async () => {
    const first = await EmbeddedPostgres.hold(dataDir);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    await first.release();
    const second = await EmbeddedPostgres.hold(dataDir);
    expect(await ask(second.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    await second.release();
  });

  it('is adopted when the process that started it was killed', async () => {
    const child = await startHolder(dataDir);
    const orphan = await pid();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const adopted = await EmbeddedPostgres.hold(dataDir);
    expect(await pid()).toBe(orphan);
    await adopted.release();
    expect(await pid()).toBeNull();
  });

  it('starts though its pid file names a process that is something else, or nobody', async () => {
    const file = join((await openCluster(dataDir)).folder, 'postmaster.pid');
    const long = new Date(Date.now() - 60_000);
    for (const left of [`${process.pid}\n`, '']) {
      writeFileSync(file, left);
      utimesSync(file, long, long);
      const server = await EmbeddedPostgres.hold(dataDir);
      expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await server.release();
    }
  });

  it('is looked for without touching the pid file that a starting server has not filled yet', async () => {
    const cluster = await openCluster(dataDir);
    const file = join(cluster.folder, 'postmaster.pid');
    writeFileSync(file, '');
    expect(findPostmaster(cluster)).toBeNull();
    expect(existsSync(file)).toBe(true);
    rmSync(file);
  });

  it('comes back at the same address when it is killed while held', async () => {
    const server = await EmbeddedPostgres.hold(dataDir);
    await ask(server.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    const killed = await pid();
    process.kill(killed!, 'SIGKILL');
    const rows = await eventually(() => ask(server.url, 'SELECT number FROM kept'));
    expect(rows).toEqual([{ number: 7 }]);
    expect(await pid()).not.toBe(killed);
    await server.release();
  });
});

describe('opening the database', () => {
  it('migrates a server of the operator’s own, from several machines at once', async () => {
    const { adminUrl } = inject('postgres');
    await ask(adminUrl, 'CREATE DATABASE operators_own');
    const databaseUrl = Object.assign(new URL(adminUrl), { pathname: '/operators_own' }).toString();
    const opened = await Promise.all(
      [1, 2, 3].map(() => openDatabase({ databaseUrl, dataDir: '/nonexistent' })),
    );
    expect(await ask(databaseUrl, 'SELECT count(*)::int AS done FROM migrations')).toEqual([
      { done: migrations.length },
    ]);
    await Promise.all(opened.map((database) => database.close()));
    await ask(adminUrl, 'DROP DATABASE operators_own WITH (FORCE)');
  });
});

async function startHolder(dataDir: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('../support/hold-postgres.mjs', import.meta.url)), [dataDir]);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The holder ended with ${String(code)} before it had a server`);
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  return child;
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 300) throw error;
      await sleep(100);
    }
  }
}
