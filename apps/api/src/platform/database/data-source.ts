import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { DatabaseAddress } from './database-address.js';

// Civil dates stay text: a JavaScript Date would move them by the host's zone. Counts and money fit a double.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** How repositories reach the database. Migrations build it; nothing is synchronised. */
export function dataSourceOptions(address: DatabaseAddress) {
  return {
    type: 'postgres',
    url: address.url,
    extra: address.settings,
    applicationName: 'aftercare',
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolSize: 12,
    poolErrorHandler: () => undefined,
  } as const satisfies DataSourceOptions;
}

const migrationLock = 'aftercare migrations';

/**
 * Brings the schema up to date. Several machines may start at once: one migrates, the others wait for it and
 * find nothing left to do.
 */
export async function migrate(url: string): Promise<void> {
  const options = { ...dataSourceOptions(new DatabaseAddress(url)), poolSize: 2 };
  const dataSource = await new DataSource(options).initialize();
  try {
    const lock = dataSource.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock(hashtext($1))', [migrationLock]);
    try {
      await dataSource.runMigrations();
    } finally {
      await lock.query('SELECT pg_advisory_unlock(hashtext($1))', [migrationLock]);
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
