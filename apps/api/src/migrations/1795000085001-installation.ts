import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which installation this database belongs to, so that a copy of it does not send by itself. Reversible. */
export class Installation1795000085001 implements MigrationInterface {
  name = 'Installation1795000085001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row, from the first start of a process that sends on.
      CREATE TABLE installation (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        identity text NOT NULL,
        noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE installation');
  }
}
