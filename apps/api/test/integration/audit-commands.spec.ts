import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../src/platform/audit/audit.service.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { testApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

const commandLine = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

describe('the audit log on the command line', () => {
  let database: TestDatabase;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    database = await testDatabase();
    folder = mkdtempSync(join(tmpdir(), 'aftercare-audit-'));
    file = join(folder, 'audit.ndjson');
    const app = await testApp({ database });
    for (const action of ['submitted', 'returned', 'approved']) {
      const entry = {
        actor: 'ana',
        action: `campaign.${action}`,
        subject: 'campaign:tips',
        detail: { version: 1 },
      };
      await app.get(Transactions).run((tx) => app.get(AuditService).record(tx, entry));
    }
    await app.close();
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs a command as an operator would; without a database there is no server at its address. */
  async function aftercare(withDatabase: boolean, ...words: string[]) {
    const child = spawn(process.execPath, [commandLine, 'audit', ...words], {
      env: {
        ...process.env,
        DATABASE_URL: withDatabase ? database.url : 'postgresql://127.0.0.1:9/none',
        AFTERCARE_DATA_DIR: join(folder, 'none'),
        AFTERCARE_SECRET: 'a secret that only the tests know',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, errors, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once('exit', resolve)),
    ]);
    return { code, out, errors };
  }

  it('is exported, and proved by anybody who has the export', async () => {
    const [exported, inDatabase] = await Promise.all([
      aftercare(true, 'export'),
      aftercare(true, 'verify', '--json'),
    ]);
    expect(exported.code).toBe(0);
    writeFileSync(file, exported.out);
    const offline = await aftercare(false, 'verify', '--file', file, '--json');
    expect(offline.code).toBe(0);
    expect(JSON.parse(offline.out)).toMatchObject({ entries: 3, valid: true, firstBad: null });
    expect(offline.out).toBe(inDatabase.out);
  });

  it('names the entry of an export that was changed, and refuses one that is cut short', async () => {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const { hash: head } = JSON.parse(lines.at(-1)!) as { hash: string };
    const [changed, cut] = [join(folder, 'changed.ndjson'), join(folder, 'cut.ndjson')];
    writeFileSync(changed, lines.join('\n').replace('"campaign.returned"', '"campaign.approved"'));
    writeFileSync(cut, lines.slice(0, 2).join('\n'));
    const [ofChanged, ofCut] = await Promise.all([
      aftercare(false, 'verify', `--file=${changed}`),
      aftercare(false, 'verify', '--file', cut, '--head', head, '--json'),
    ]);
    expect([ofChanged.code, ofChanged.errors]).toEqual([1, 'Entry 2 is not as it was written.\n']);
    expect(ofCut.code).toBe(1);
    expect(JSON.parse(ofCut.out)).toMatchObject({ entries: 2, valid: false, firstBad: null });
  });
});
