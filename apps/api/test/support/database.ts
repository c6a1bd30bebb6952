import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { DatabaseAddress } from '../../src/platform/database/database-address.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server for tests, and the migrated database that every test's own one is copied from. */
    postgres: { adminUrl: string; template: string };
  }
}

export interface TestDatabase {
  url: string;
  dataSource: DataSource;
  close(): Promise<void>;
}

/** A fresh, migrated database of this test's own. Close it when done. */
export async function testDatabase(): Promise<TestDatabase> {
  const { adminUrl, template } = inject('postgres');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  const url = Object.assign(new URL(adminUrl), { pathname: `/${name}` }).toString();
  const dataSource = await new DataSource(dataSourceOptions(new DatabaseAddress(url))).initialize();
  return {
    url,
    dataSource,
    async close() {
      await dataSource.destroy();
      await asAdmin(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
