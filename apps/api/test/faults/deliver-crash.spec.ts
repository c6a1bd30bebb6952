import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asOf, harness, until, type Harness } from '../integration/deliver-fixture.js';
import { expectLedgerAndSinkToAgree, random } from './deliver-laws.js';

const commandLine = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const connections = 4;

/** Set to try other breaks, or more of them. */
const seed = Number(process.env['AFTERCARE_TEST_SEED'] ?? 4711);
const kills = Number(process.env['AFTERCARE_TEST_KILLS'] ?? 6);

describe('workers that are killed', () => {
  let on: Harness;
  let folder: string;
  const children = new Set<ChildProcess>();

  beforeEach(async () => {
    on = await harness();
    folder = mkdtempSync(join(tmpdir(), 'aftercare-crash-'));
  });
  afterEach(async () => {
    await Promise.all([...children].map(kill));
    await on.close();
    rmSync(folder, { recursive: true });
  });

  /** A process of its own that plans and sends, like any other on the same database. */
  function startRun(): ChildProcess {
    const child = spawn(process.execPath, [commandLine, 'run', '--as-of', asOf.toString(), '--json'], {
      env: {
        ...process.env,
        DATABASE_URL: on.database.url,
        SMTP_URL: on.sink.url,
        AFTERCARE_DATA_DIR: folder,
        AFTERCARE_SECRET: 'a secret that only the tests know',
        MAIL_CONNECTIONS: String(connections),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Two processes send while the points of the run at which one is killed pass by; another takes its place. */
  async function runAndKill(breaks: readonly number[], next: () => number): Promise<void> {
    const runs = [startRun(), startRun()];
    for (const [index, point] of breaks.entries()) {
      const before = on.sink.arrived.length;
      await until(`message ${point} arrives`, () => on.sink.arrived.length >= Math.max(point, before + 1));
      const victim = next() < 0.5 ? 0 : 1;
      await kill(runs[victim]!);
      if (index < breaks.length - 1) runs[victim] = startRun();
    }
    expect(await on.settle()).toEqual({ going: 0, held: 0 });
    await Promise.all([...children].map((child) => once(child, 'exit')));
  }

  it(
    `lose nothing and invent nothing (seed ${seed}, ${kills} kills)`,
    { timeout: 600_000 + kills * 30_000 },
    async () => {
      const next = random(seed);
      const people = 100 + kills * 100;
      await on.people(people);
      await on.campaign();
      await on.campaign({ key: 'offer', class: 'marketing' });
      on.sink.script = (stage) => (stage === 'message' ? { waitMs: 20 } : null);
      const breaks = Array.from({ length: kills }, () => Math.floor(next() * people * 1.8));
      await runAndKill(
        breaks.sort((a, b) => a - b),
        next,
      );
      const rows = await expectLedgerAndSinkToAgree(on, kills * connections);
      expect(rows).toHaveLength(2 * people);
      const reasons = new Set(rows.filter(({ state }) => state === 'in_doubt').map(({ reason }) => reason));
      expect([...reasons].filter((reason) => reason !== 'worker_lost' && reason !== 'resent')).toEqual([]);
    },
  );

  it('double no marketing letter that carries several rows, nor settle its rows apart', async () => {
    const people = 80;
    await on.people(people);
    await on.sql(
      `INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date, premium_minor, currency)
       SELECT 'q' || n, 'c' || n, 'motor', 'in_force', '2028-06-05', '2031-06-05', 21000, 'EUR' FROM generate_series(1, $1) n`,
      [people],
    );
    await on.campaign({ class: 'marketing', merge: { by: 'customer', template: 'policy-digest' } });
    on.sink.script = (stage) => (stage === 'message' ? { waitMs: 20 } : null);
    await runAndKill([40], random(seed));
    const rows = await expectLedgerAndSinkToAgree(on, connections);
    expect(rows).toHaveLength(2 * people);
    for (const letter of Map.groupBy(rows, ({ customer_id }) => customer_id).values()) {
      expect(new Set(letter.map(({ state, message_id }) => `${state} ${message_id}`)).size).toBe(1);
    }
  });
});
