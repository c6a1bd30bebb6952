import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { postJson, staffCookie } from '../support/sign-in.js';
import { insertDelivery, insertSmallBook } from '../support/small-book.js';

const commandLine = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const address = 'family@example.com';

interface Suppression {
  suppressionId: number;
  address: string;
  class: string | null;
  reason: string;
  createdBy: string;
  liftedAt: string | null;
  liftedBy: string | null;
  liftedReason: string | null;
}

describe('addresses that are not written to', () => {
  let database: TestDatabase;
  let app: TestApp;
  let cookie: string;

  beforeAll(async () => {
    database = await testDatabase();
    app = await testApp({ database });
    await insertSmallBook(database.dataSource);
    cookie = await staffCookie(app, 'service');
  });
  beforeEach(() => sql(`TRUNCATE suppressions RESTART IDENTITY`));
  afterAll(async () => {
    await app.close();
    await database.close();
  });

  const sql = <Row = Record<string, unknown>>(statement: string, values: unknown[] = []) =>
    database.dataSource.query<Row[]>(statement, values);
  const get = async <Body>(path: string): Promise<Body> => {
    const response = await fetch(`${app.url}/api/staff/${path}`, { headers: { cookie } });
    expect(response.status).toBe(200);
    return (await response.json()) as Body;
  };
  const list = async (query = '') =>
    (await get<{ items: Suppression[]; nextCursor: string | null }>(`suppressions?${query}`)).items;
  const post = (path: string, body: unknown) => postJson(app, `/api/staff/suppressions${path}`, body, cookie);

  it('are listed newest first, a page at a time, by address and by reason', async () => {
    await sql(
      `INSERT INTO suppressions (address, reason) SELECT 'r' || n || '@example.com', 'hard_bounce' FROM generate_series(1, 5) n`,
    );
    await sql(`INSERT INTO suppressions (address, class, reason) VALUES ($1, 'marketing', 'complaint')`, [
      address,
    ]);
    expect((await list()).map((each) => each.suppressionId)).toEqual([6, 5, 4, 3, 2, 1]);
    const first = await get<{ items: Suppression[]; nextCursor: string }>('suppressions?limit=4');
    const rest = await list(`limit=4&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest].map((each) => each.suppressionId)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(await list(`address=${address.toUpperCase()}`)).toMatchObject([
      { class: 'marketing', createdBy: 'system' },
    ]);
    expect(await list('reason=complaint')).toHaveLength(1);
    expect(await list('lifted=true')).toEqual([]);
  });

  it('are added and lifted by staff, with a reason, in the audit log', async () => {
    const added = await post('', { address, class: 'marketing', reason: 'Asked us by telephone.' });
    expect(added.status).toBe(201);
    const { suppressionId } = (await added.json()) as Suppression;
    expect((await post('', { address, class: 'marketing', reason: 'again' })).status).toBe(409);
    expect((await post('', { address, reason: 'no letters at all' })).status).toBe(201);
    expect((await post('', { address, class: 'service', reason: 'holds already' })).status).toBe(409);

    expect((await post(`/${suppressionId}/lift`, { reason: '  ' })).status).toBe(400);
    const lifted = (await (
      await post(`/${suppressionId}/lift`, { reason: 'Asked for it again.' })
    ).json()) as Suppression;
    expect(lifted).toMatchObject({
      liftedReason: 'Asked for it again.',
      liftedBy: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((await post(`/${suppressionId}/lift`, { reason: 'twice' })).status).toBe(404);
    expect(await list()).toMatchObject([{ class: null }]);
    expect(await list('lifted=true')).toMatchObject([{ suppressionId }]);
    const log = await sql(
      `SELECT action, subject, detail ->> 'reason' AS reason FROM audit_log ORDER BY entry_no DESC LIMIT 3`,
    );
    expect(log.toReversed()).toEqual([
      { action: 'suppression.added', subject: `address ${address}`, reason: 'Asked us by telephone.' },
      { action: 'suppression.added', subject: `address ${address}`, reason: 'no letters at all' },
      { action: 'suppression.lifted', subject: `address ${address}`, reason: 'Asked for it again.' },
    ]);
  });

  it('cannot be made of legal notices, which always go', async () => {
    expect((await post('', { address, class: 'legal', reason: 'x' })).status).toBe(400);
  });

  it('are listed, added and lifted on the command line', async () => {
    expect(await aftercare('add', address, '--reason', 'Came back by post')).toMatchObject({
      code: 0,
      answer: { suppressionId: 1, address, class: null, createdBy: 'command line' },
    });
    expect(await aftercare('list', '--address', address)).toMatchObject({
      answer: { items: [{ suppressionId: 1 }] },
    });
    expect(await aftercare('add', address, '--class', 'legal', '--reason', 'x')).toMatchObject({
      ...{ code: 1, answer: { error: { code: 'bad_suppression' } } },
    });
    expect(await aftercare('lift', '1', '--reason', 'Mended')).toMatchObject({
      code: 0,
      answer: { liftedReason: 'Mended' },
    });
    expect(await aftercare('lift', '1', '--reason', 'Mended')).toMatchObject({
      ...{ code: 1, answer: { error: { code: 'not_found' } } },
    });
    expect((await aftercare('lift', '1')).code).toBe(2);
  });

  it('and what was reported of a letter is shown with each delivery that it carried', async () => {
    const leader = await insertDelivery(database.dataSource, { customerId: 'C1', policyId: 'MOT-10001' });
    const carried = await insertDelivery(database.dataSource, { customerId: 'C2', policyId: 'MOT-20001' });
    await sql(`UPDATE deliveries SET merged_into = $1 WHERE delivery_id = $2`, [leader, carried]);
    await sql(
      `INSERT INTO delivery_evidence (delivery_id, anchor_date, address, kind, source, external_id, at, status, detail, excerpt, believed)
       VALUES ($1, '2026-11-20', $2, 'delayed', 'mail', 'x', '2026-11-20T10:00:00Z', '4.4.1', 'temporary', '451 later', true)`,
      [leader, address],
    );
    for (const id of [leader, carried]) {
      expect((await get<{ evidence: unknown[] }>(`deliveries/${id}`)).evidence).toEqual([
        {
          ...{ kind: 'delayed', source: 'mail', at: '2026-11-20T10:00:00.000Z', address, status: '4.4.1' },
          ...{ detail: 'temporary', excerpt: '451 later', believed: true },
        },
      ]);
    }
  });

  async function aftercare(...words: string[]) {
    const child = spawn(process.execPath, [commandLine, 'suppressions', ...words, '--json'], {
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        AFTERCARE_SECRET: 'a secret that only the tests know',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, , code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once('exit', resolve)),
    ]);
    return { code, answer: out === '' ? null : (JSON.parse(out) as unknown) };
  }
});
