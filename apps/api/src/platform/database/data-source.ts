import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from '../../migrations/index.js';

// Civil dates stay text: a JavaScript Date would move them by the host's zone. Counts and money fit a double.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** How every part of the platform reaches the database at `url`. Migrations build it; nothing is synchronised. */
export function dataSourceOptions(url: string) {
  return {
    type: 'postgres',
    url,
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
  const dataSource = await new DataSource({ ...dataSourceOptions(url), poolSize: 2 }).initialize();
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
