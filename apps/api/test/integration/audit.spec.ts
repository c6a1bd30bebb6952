import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../src/platform/audit/audit.service.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

describe('the audit log', () => {
  let database: TestDatabase;
  let app: TestApp;

  beforeAll(async () => {
    database = await testDatabase();
    app = await testApp({ database });
    const transactions = app.get(Transactions);
    const record = (action: string) =>
      transactions.run((tx) =>
        app.get(AuditService).record(tx, {
          actor: 'command line',
          action,
          subject: 'campaign motor-renewal',
          detail: { version: 1, note: 'b before a: keys come back in another order', a: undefined },
        }),
      );
    // At once: entries must still form one chain.
    await Promise.all(['activated', 'paused', 'resumed', 'stopped'].map(record));
  });

  afterAll(async () => {
    await app.close();
    await database.close();
  });

  it('verifies as it was written', async () => {
    expect(await app.get(AuditService).verify()).toMatchObject({ entries: 4, valid: true, firstBad: null });
  });

  it('cannot be changed or shortened', async () => {
    await expect(database.dataSource.query(`UPDATE audit_log SET actor = 'x'`)).rejects.toThrow(
      'append-only',
    );
    await expect(database.dataSource.query(`DELETE FROM audit_log`)).rejects.toThrow('append-only');
  });

  it('names the first entry that a change behind its back has spoilt', async () => {
    await database.dataSource.query(`ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only`);
    await database.dataSource.query(`UPDATE audit_log SET detail = '{"version": 2}' WHERE entry_no = 3`);
    expect(await app.get(AuditService).verify()).toMatchObject({
      ...{ entries: 4, valid: false, firstBad: 3, fault: 'changed' },
    });
  });
});
