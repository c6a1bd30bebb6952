import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { Stage } from '../../bench/send/chaos/stage.mjs';
import { until } from '../integration/deliver-fixture.js';

const platform = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

type Role = 'web' | 'scheduler' | 'worker';

let stage: Stage;
const processes: Awaited<ReturnType<typeof start>>[] = [];
afterEach(async () => {
  await Promise.all(processes.splice(0).map((each) => each.end()));
  await stage.close();
});

describe('a process is not ready, whatever its role,', () => {
  it('while the database is set to take no changes', async () => {
    stage = await Stage.open({ messages: 1 });
    await startAll();
    await readOnly('on');
    await allAre(503);
    const said = 'The database takes no changes: it is set to read-only.';
    for (const each of processes) expect(await each.says()).toBe(`${said}\n`);
    expect(await (await fetch(processes[0]!.portal)).json()).toMatchObject({
      ...{ status: 503, code: 'unavailable', detail: said },
      errors: [{ path: 'database', code: 'read_only', message: said }],
    });
    await readOnly('off');
    await allAre(200);
  });

  it('while its address leads to a standby that has not been promoted, or to nobody', async () => {
    stage = await Stage.open({
      messages: 1,
      server: { settings: { wal_level: 'replica', hot_standby: 'on' } },
    });
    await startAll();
    await stage.server.stop();
    await allAre(503);
    for (const each of processes) expect(await each.says()).toBe('The database does not answer.\n');
    const { folder, account } = stage.server.cluster;
    const sign = join(folder, 'standby.signal');
    writeFileSync(sign, '');
    if (account) chownSync(sign, account.uid, account.gid);
    await stage.server.start();
    for (const each of processes) {
      await until('it says so', async () => /standby that has not been promoted/.test(await each.says()));
    }
    await allAre(503);
    await stage.server.ask('postgres', 'SELECT pg_promote()');
    await allAre(200);
  });
});

async function startAll(): Promise<void> {
  for (const role of ['web', 'scheduler', 'worker'] as const) processes.push(await start(role));
  await allAre(200);
}

function allAre(status: number): Promise<void> {
  return until(`all say ${status}`, async () => {
    const answers = await Promise.all(processes.map(({ status }) => status()));
    return answers.every((each) => each === status);
  });
}

/** A process as an operator starts it, with one role; it is asked how it is. */
async function start(role: Role) {
  const [port, health] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [platform], {
    env: {
      ...process.env,
      ...{ DATABASE_URL: stage.databaseUrl, SMTP_URL: stage.sink.url, AFTERCARE_ROLES: role },
      ...{ PORT: String(port), AFTERCARE_METRICS_PORT: String(health) },
      AFTERCARE_SECRET: 'a secret that only the tests know',
    },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const path = '/api/health/ready';
  const portal = `http://127.0.0.1:${port}${path}`;
  const own = `http://127.0.0.1:${health}${path}`;
  return {
    portal,
    /** What it answers at both its ports, where it has two; 0 while it does not listen. */
    async status(): Promise<number> {
      const answers = [own, ...(role === 'web' ? [portal] : [])].map((url) => fetch(url));
      const statuses = await Promise.all(answers).then(
        (all) => all.map(({ status }) => status),
        () => [0],
      );
      return statuses.every((each) => each === statuses[0]) ? statuses[0]! : 0;
    },
    says: async () => (await fetch(own)).text(),
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Whether the database takes changes, for everybody at once. */
async function readOnly(value: 'on' | 'off'): Promise<void> {
  const statements = [
    'SET default_transaction_read_only = off',
    `ALTER SYSTEM SET default_transaction_read_only = ${value}`,
    'SELECT pg_reload_conf()',
  ];
  const admin = new pg.Client(stage.databaseUrl);
  await admin.connect();
  for (const statement of statements) await admin.query(statement);
  await admin.end();
}
