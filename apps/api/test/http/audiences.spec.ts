import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AudienceCountRepository } from '../../src/features/audiences/audience-count.repository.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { insertSmallBook, smallBookNow } from '../support/small-book.js';
import { postJson, staffCookie } from '../support/sign-in.js';

let database: TestDatabase;
let app: TestApp;
let cookie: string;

beforeAll(async () => {
  database = await testDatabase();
  await insertSmallBook(database.dataSource);
  app = await testApp({ database, clock: new SettableClock(smallBookNow) });
  cookie = await staffCookie(app, 'marketing');
});

afterAll(async () => {
  await app.close();
  await database.close();
});

const count = (body: object) => postJson(app, '/api/staff/audiences/count', body, cookie);

describe('counting an audience', () => {
  it('says how many a rule lets in, and who for instance', async () => {
    const rule = { field: 'policy.line', op: 'eq', value: 'motor' };
    const response = await count({ subject: 'policy', rule });
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        count: 2,
        sample: [
          { customerId: 'C1', policyId: 'MOT-10001', givenName: 'Ana', familyName: 'García López' },
          { customerId: 'C2', policyId: 'MOT-20001', givenName: 'Luis', familyName: 'García' },
        ],
      },
    ]);
    const customers = await count({
      subject: 'customer',
      rule: { field: 'customer.policyCount', op: 'gte', value: 1 },
    });
    expect(await customers.json()).toMatchObject({
      count: 2,
      sample: [{ customerId: 'C1', policyId: null }, {}],
    });
  });

  it('refuses a rule that is none, with the place of the fault', async () => {
    const response = await count({
      subject: 'policy',
      rule: { all: [{ field: 'policy.color', op: 'eq', value: 'red' }] },
    });
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain('policy.color');
  });

  it('gives up on what takes too long', async () => {
    const blocker = database.dataSource.createQueryRunner();
    await blocker.startTransaction();
    try {
      await blocker.query('LOCK TABLE policies IN ACCESS EXCLUSIVE MODE');
      const found = await app
        .get(AudienceCountRepository)
        .count('policy', { all: [] }, '2026-11-22', { sample: 1, timeoutMs: 50 });
      expect(found).toBeNull();
    } finally {
      await blocker.rollbackTransaction();
      await blocker.release();
    }
  });
});
