import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerService } from '../../src/features/deliveries/ledger.service.js';
import { asOf, harness, type Harness } from './deliver-fixture.js';

const commandLine = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

describe('the ledger', () => {
  let on: Harness;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aftercare-ledger-'));
    on = await harness();
    await on.people(4);
    await on.sql(`UPDATE customers SET email = NULL WHERE customer_id = 'c4'`);
    on.sink.script = (stage, to) =>
      stage === 'rcpt' && to === 'c3@example.com' ? '550 5.7.1 "no" \\ thanks' : null;
    await on.campaign();
  });
  afterAll(async () => {
    await on.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs a command as an operator would. */
  async function aftercare(...words: string[]): Promise<{ code: number | null; out: string }> {
    const child = spawn(process.execPath, [commandLine, ...words], {
      env: {
        ...process.env,
        DATABASE_URL: on.database.url,
        SMTP_URL: on.sink.url,
        AFTERCARE_DATA_DIR: folder,
        AFTERCARE_SECRET: 'a secret that only the tests know',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [out, code] = await Promise.all([
      text(child.stdout),
      new Promise<number | null>((resolve) => child.once('exit', resolve)),
    ]);
    return { code, out };
  }

  it('is filled by a run that ends when all is settled, and balances', async () => {
    const run = await aftercare('run', '--as-of', asOf.toString(), '--json');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({
      asOf: asOf.toString(),
      added: { planned: 4, expired: 0, heldOut: 0 },
      left: { going: 0, held: 0 },
      planned: 4,
      open: 0,
      balanced: true,
    });
    const account = await aftercare('reconcile', '--json');
    expect(account.code).toBe(0);
    expect(JSON.parse(account.out)).toMatchObject({
      planned: 4,
      states: { sent: 2, bounced: 1, suppressed: 1 },
      suppressed: { no_address: 1 },
      open: 0,
      balanced: true,
    });
  });

  it('is written as a line of JSON a row', async () => {
    const { code, out } = await aftercare('ledger', '--campaign', 'motor-renewal', '--format', 'ndjson');
    expect(code).toBe(0);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .sort((a, b) => String(a['customer_id']).localeCompare(String(b['customer_id'])));
    const first = await on.row('c1');
    expect(rows[0]).toMatchObject({
      ...{
        delivery_id: first.delivery_id,
        campaign: 'motor-renewal',
        step: 't-30',
        customer_id: 'c1',
        policy_id: 'p1',
      },
      ...{
        anchor_date: '2031-06-05',
        class: 'service',
        state: 'sent',
        reason: null,
        due_at: '2031-05-06T09:00:00.000Z',
      },
      ...{ sent_at: first.sent_at!.toISOString(), message_id: first.message_id, to: 'c1@example.com' },
      ...{ channel: 'email', variant: null, merged_into: null, contact_on: '2031-05-06' },
    });
    expect(rows[2]).toMatchObject({ state: 'bounced', smtp_reply: '550 5.7.1 "no" \\ thanks' });
    expect(rows[3]).toMatchObject({ state: 'suppressed', reason: 'no_address', sent_at: null, to: null });
  });

  it('is empty for a campaign without rows, and refuses one that does not exist', async () => {
    await on.campaign({ key: 'quiet', audience: { field: 'policy.line', op: 'eq', value: 'travel' } });
    const target = new PassThrough();
    const written = text(target);
    await on.app.get(LedgerService).export(target, 'quiet');
    target.end();
    expect(await written).toBe('');
    expect((await aftercare('ledger', '--campaign', 'none')).code).toBe(1);
    expect((await aftercare('reconcile', '--campaign', 'none', '--json')).code).toBe(1);
  });

  it('does not balance when a row counts as sent without proof', async () => {
    await on.sql(`UPDATE deliveries SET block_id = NULL WHERE customer_id = 'c1'`);
    const account = await aftercare('reconcile', '--json');
    expect(account.code).toBe(1);
    expect(JSON.parse(account.out)).toMatchObject({ planned: 4, states: { sent: 1 }, balanced: false });
  });

  it('tells wrong usage from failure', async () => {
    expect((await aftercare('run', '--as-of', 'yesterday')).code).toBe(2);
    expect((await aftercare('ledger', '--format', 'xml')).code).toBe(2);
  });
});
