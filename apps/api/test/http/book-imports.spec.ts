import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importPageSchema, importSchema, type Import } from '../../src/features/book/imports.schemas.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { staffCookie } from '../support/sign-in.js';

let database: TestDatabase;
let app: TestApp;
let cookie: string;
beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database });
  cookie = await staffCookie(app, 'admin');
});
afterAll(async () => {
  await app.close();
  await database.close();
});

function upload(
  kind: string,
  body: string | ReadableStream,
  query = '',
  type = 'text/csv',
): Promise<Response> {
  return fetch(`${app.url}/api/staff/imports?kind=${kind}&fileName=book.csv${query}`, {
    method: 'POST',
    headers: { cookie, 'content-type': type, 'sec-fetch-site': 'same-origin' },
    body,
    duplex: 'half',
  } as RequestInit);
}

const get = (path: string) => fetch(`${app.url}/api/staff/imports${path}`, { headers: { cookie } });

const count = async (query: string) => importPageSchema.parse(await (await get(query)).json()).total;

async function settled(importId: string): Promise<Import> {
  for (;;) {
    const found = importSchema.parse(await (await get(`/${importId}`)).json());
    if (found.state !== 'running') return found;
    await setTimeout(20);
  }
}

describe('POST /api/staff/imports', () => {
  it('takes the body as it comes in; the import can be followed, and what it rejected be fetched', async () => {
    const response = await upload('customers', 'customer_id,birth_date\nC1,1990-01-01\nC2,1990-02-30\n');
    expect(response.status).toBe(201);
    const { importId } = importSchema.parse(await response.json());
    expect(await settled(importId)).toMatchObject({
      ...{ kind: 'customers', fileName: 'book.csv', state: 'done', received: 2, created: 1, rejected: 1 },
      ...{ hasRejectedFile: true, error: null, bytesTotal: 51, bytesRead: 51 },
    });
    const rejected = await get(`/${importId}/rejected`);
    expect(rejected.headers.get('content-type')).toContain('text/csv');
    expect(rejected.headers.get('content-disposition')).toContain('attachment');
    expect(await rejected.text()).toBe(
      'line,column,value,code,message\n3,birth_date,1990-02-30,no_such_date,the date 1990-02-30 does not exist\n',
    );
  });

  it('refuses a wrong header with the columns by name, while the sender is still sending', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.from(sent === 0 ? 'customer_id,shoe_size\n' : 'C1,41\n'.repeat(20_000)));
        sent += 1;
        if (sent > 100) controller.close();
      },
    });
    const response = await upload('customers', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'unknown_column',
      errors: [{ path: 'shoe_size', code: 'unknown_column' }],
    });
  });

  it('makes a dry run when asked to', async () => {
    const { importId } = (await (
      await upload('customers', 'customer_id\nC9\n', '&dryRun=true')
    ).json()) as Import;
    expect(await settled(importId)).toMatchObject({ dryRun: true, state: 'done', created: 1 });
    expect(await database.dataSource.query(`SELECT FROM customers WHERE customer_id = 'C9'`)).toHaveLength(0);
  });

  it('refuses a second file of a kind while the first is coming in', async () => {
    let endFirst = () => {};
    const first = new Promise<void>((resolve) => (endFirst = resolve));
    const body = new ReadableStream({
      async pull(controller) {
        controller.enqueue(Buffer.from('event_id,type,at\n'));
        await first;
        controller.close();
      },
    });
    const uploading = upload('events', body);
    while ((await count('?kind=events&state=running')) === 0) await setTimeout(20);
    const second = await upload('events', 'event_id,type,at\n');
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ code: 'import_running' });
    endFirst();
    expect((await uploading).status).toBe(201);
  });

  it('an upload that breaks off is shown as failed, and leaves nothing', async () => {
    const { port } = new URL(app.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /api/staff/imports?kind=customers&fileName=broken.csv HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n` +
        'Sec-Fetch-Site: same-origin\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\ncustomer_id\nBROKEN\n',
    );
    const page = async () => importPageSchema.parse(await (await get('?kind=customers&limit=1')).json());
    while ((await page()).items[0]?.fileName !== 'broken.csv') await setTimeout(20);
    socket.destroy();
    const [broken] = (await page()).items;
    expect(await settled(broken!.importId)).toMatchObject({
      state: 'failed',
      error: { code: 'file_unreadable' },
    });
    expect(
      await database.dataSource.query(`SELECT FROM customers WHERE customer_id = 'BROKEN'`),
    ).toHaveLength(0);
  });

  it.each([
    ['an unknown kind', () => upload('claims', 'x'), 400],
    ['an unknown parameter', () => upload('customers', 'x', '&mode=fast'), 400],
    ['a body that is no file', () => upload('customers', '{}', '', 'application/json'), 415],
  ])('refuses %s', async (_what, send, status) => {
    expect((await send()).status).toBe(status);
  });
});

describe('GET /api/staff/imports', () => {
  it('lists by page, the newest first, and the oldest first when asked', async () => {
    // What the tests before have left behind may still be coming to its end.
    await vi.waitFor(async () => expect(await count('?state=running')).toBe(0), { timeout: 60_000 });
    const all = importPageSchema.parse(await (await get('?limit=100')).json());
    expect(all.total).toBe(all.items.length);
    const first = importPageSchema.parse(await (await get('?limit=2')).json());
    const next = importPageSchema.parse(await (await get(`?limit=2&cursor=${first.nextCursor}`)).json());
    expect([...first.items, ...next.items]).toEqual(all.items.slice(0, 4));
    const oldest = importPageSchema.parse(await (await get('?limit=1&sort=startedAt')).json());
    expect(oldest.items).toEqual(all.items.slice(-1));
  });

  it('answers 404 for an import that is not there', async () => {
    expect((await get('/019a0000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await get('/nonsense')).status).toBe(400);
  });
});
