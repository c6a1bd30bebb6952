import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asOf, harness, type Harness } from '../integration/deliver-fixture.js';

const commandLine = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let on: Harness;
let folder: string;
beforeEach(async () => {
  on = await harness();
  folder = mkdtempSync(join(tmpdir(), 'aftercare-copy-'));
});
afterEach(async () => {
  await on.close();
  rmSync(folder, { recursive: true });
});

async function aftercare(installation: string, ...words: string[]) {
  const env = {
    ...process.env,
    ...{ DATABASE_URL: on.database.url, SMTP_URL: on.sink.url, AFTERCARE_DATA_DIR: folder },
    ...{ AFTERCARE_SECRET: 'a secret that only the tests know', AFTERCARE_INSTALLATION: installation },
  };
  // A run that leaves rows open exits with 1; what it says is looked at all the same.
  const { stdout } = await promisify(execFile)(process.execPath, [commandLine, ...words, '--json'], {
    env,
  }).catch((error: { stdout: string }) => error);
  return JSON.parse(stdout) as Record<string, unknown>;
}

it('a restored or cloned database sends nothing by itself, says why, and sends once it is adopted', async () => {
  await on.people(3);
  await on.campaign();
  const run = (installation: string) => aftercare(installation, 'run', '--as-of', asOf.toString());
  expect(await run('the original')).toMatchObject({ states: { sent: 3 } });

  await on.campaign({ key: 'another' });
  expect(await run('a copy')).toMatchObject({ states: { sent: 3, planned: 3 } });
  expect(on.sink.accepted).toHaveLength(3);
  const status = await aftercare('a copy', 'sending', 'status');
  expect(status).toMatchObject({ stopped: true });
  expect(status['reason']).toMatch(/is a copy.*aftercare sending adopt/);

  // The stop is on record, once, however often the copy is started.
  await run('a copy');
  const stops = () => on.sql(`SELECT actor, detail FROM audit_log WHERE action = 'sending.stopped'`);
  expect(await stops()).toEqual([{ actor: 'system', detail: { reason: status['reason'] } }]);

  await aftercare('a copy', 'sending', 'adopt');
  expect(await run('a copy')).toMatchObject({ states: { sent: 6 } });
  expect(on.sink.accepted).toHaveLength(6);
  expect(await stops()).toHaveLength(1);
  expect(await aftercare('a copy', 'audit', 'verify')).toMatchObject({ valid: true });

  // A backup that is restored in its own place: tables made anew, and all that was noted in them.
  await on.sql(`
      ALTER TABLE installation RENAME TO dumped;
      CREATE TABLE installation (LIKE dumped INCLUDING ALL);
      INSERT INTO installation SELECT * FROM dumped;
      DROP TABLE dumped`);
  await on.campaign({ key: 'a-third' });
  expect(await run('a copy')).toMatchObject({ states: { sent: 6, planned: 3 } });
  expect(await stops()).toHaveLength(2);

  // What was noted before such numbers were: it is the same database as ever.
  await aftercare('a copy', 'sending', 'resume');
  await on.sql(`UPDATE installation SET objects = NULL`);
  expect(await run('a copy')).toMatchObject({ states: { sent: 9 } });
  expect(on.sink.accepted).toHaveLength(9);
});
