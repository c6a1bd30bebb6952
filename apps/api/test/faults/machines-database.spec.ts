import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { Stage, type StageServer } from '../../bench/send/chaos/stage.mjs';
import { until } from '../integration/deliver-fixture.js';

const commandLine = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const fine = { problems: [], lost: 0, doubledMarketing: 0, inDoubt: 0 };

let stage: Stage;
afterEach(() => stage.close());

async function startMachines(): Promise<void> {
  await stage.machine('scheduler');
  await stage.machine('worker');
  await stage.machine('worker');
}

describe('a database server', () => {
  it('that takes no changes for a while costs time alone', async () => {
    stage = await Stage.open({ messages: 150 });
    await startMachines();
    await stage.taken(30);
    const readOnly = async (value: 'on' | 'off') => {
      const admin = new pg.Client({
        connectionString: stage.databaseUrl,
        options: '-c default_transaction_read_only=off',
      });
      await admin.connect();
      await admin.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await admin.query('SELECT pg_reload_conf()');
      await admin.end();
    };
    await readOnly('on');
    await standsStill();
    await readOnly('off');
    expect(await stage.verdict(0)).toMatchObject(fine);
  });

  it('that is away does not keep a worker from ending', async () => {
    stage = await Stage.open({ messages: 150 });
    await stage.machine('scheduler');
    const worker = await stage.machine('worker');
    await stage.taken(30);
    await stage.server.stop('crash');
    await worker.ask('close');
    await stage.server.start();
    await stage.machine('worker');
    // What it could not write down any more.
    expect(await stage.verdict(4)).toMatchObject({ ...fine, inDoubt: expect.any(Number) as number });
  });

  it('that has no connection left is waited for, and says so', async () => {
    stage = await Stage.open({ messages: 30, server: { settings: { max_connections: '30' } } });
    const taken: pg.Client[] = [];
    for (let refused = false; !refused;) {
      const client = new pg.Client(stage.databaseUrl);
      client.on('error', () => undefined);
      refused = await client.connect().then(
        () => {
          taken.push(client);
          return false;
        },
        () => true,
      );
    }
    const child = spawn(process.execPath, [commandLine, 'reconcile', '--json'], {
      env: {
        ...process.env,
        DATABASE_URL: stage.databaseUrl,
        AFTERCARE_SECRET: 'a secret that only the tests know',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => (said += String(text)));
    const exited = once(child, 'exit');
    await until('it says why it waits', () => /trying again: .*too many clients/.test(said));
    await Promise.all(taken.map((client) => client.end()));
    expect(await exited).toEqual([0, null]);
  });

  const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
  it.skipIf(!isRoot)(
    `whose disk is full loses nothing${isRoot ? '' : ' (skipped: a small disk is mounted by root, on Linux)'}`,
    async () => {
      const disk = mkdtempSync(join(tmpdir(), 'aftercare-disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300m,mode=755', 'aftercare-test', disk]);
      try {
        // More than there is room for on pages that the database has already.
        const messages = 1_500;
        stage = await Stage.open({ messages, server: { home: disk } });
        await startMachines();
        await stage.taken(30);
        const ballast = join(disk, 'ballast');
        // Bit by bit, for the mail server lives in this process and must not fall silent meanwhile.
        const fill = async () => {
          for (;;) await appendFile(ballast, Buffer.alloc(1024 * 1024));
        };
        await expect(fill()).rejects.toThrow('ENOSPC');
        await standsStill(messages);
        rmSync(ballast);
        // A server that could not write its log has stopped; whoever supervises it starts it again.
        await stage.server.start();
        expect(await stage.verdict(0)).toMatchObject(fine);
        await stage.server.stop();
      } finally {
        execFileSync('umount', ['-l', disk]);
        rmSync(disk, { recursive: true, force: true });
      }
    },
  );

  it('that dies hands over to its standby, and no mark is lost', async () => {
    stage = await Stage.open({
      messages: 150,
      server: { settings: { wal_level: 'replica', max_wal_senders: '4', hot_standby: 'on', fsync: 'on' } },
    });
    const primary = stage.server;
    await primary.stop();
    const standby = await standbyOf(primary);
    // A commit is only one once the standby has it too: without this, marks of the last moments would be lost with the primary.
    appendFileSync(join(primary.cluster.folder, 'postgresql.auto.conf'), `synchronous_standby_names = '*'\n`);
    await primary.start();
    await standby.start();
    const address = await relayTo(primary);
    stage.databaseUrl = primary.urlOf('book').replace(/:\d+\/book$/, `:${address.port}/book`);
    await startMachines();
    await stage.taken(40);
    await primary.stop('crash');
    await standby.ask('postgres', 'SELECT pg_promote()');
    address.leadTo(standby);
    stage.server = standby;
    expect(await stage.verdict(0)).toMatchObject(fine);
    address.close();
    await primary.remove();
  });
});

/** Waits until nothing has arrived for a while: what the trouble was to bring about. */
async function standsStill(messages = 150): Promise<void> {
  let before = -1;
  await until(
    'nothing goes out',
    async () => {
      const now = stage.sink.taken.length;
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const still = now === before && now === stage.sink.taken.length;
      before = stage.sink.taken.length;
      return still;
    },
    60_000,
  );
  expect(stage.sink.taken.length).toBeLessThan(messages);
}

async function standbyOf(primary: StageServer): Promise<StageServer> {
  const settings = { wal_level: 'replica', max_wal_senders: '4', hot_standby: 'on', fsync: 'on' };
  const standby = await primary.copy({ start: false, settings });
  const { folder, account } = standby.cluster;
  writeFileSync(join(folder, 'standby.signal'), '');
  if (account) chownSync(join(folder, 'standby.signal'), account.uid, account.gid);
  const { port, password } = primary.cluster;
  appendFileSync(
    join(folder, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=aftercare password=${password}'\n`,
  );
  return standby;
}

/** An address that leads to one server or another, as a virtual address or a proxy does. */
async function relayTo(first: StageServer) {
  let port = first.cluster.port;
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (next: StageServer) => void (port = next.cluster.port),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
