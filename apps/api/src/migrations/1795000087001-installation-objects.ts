import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tells a database that was restored in its own place from the one that it replaced. Reversible. */
export class InstallationObjects1795000087001 implements MigrationInterface {
  name = 'InstallationObjects1795000087001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The server's numbers of the database and of this table: a restore makes others. NULL until a process has noted
      -- them, so that an installation from before is not taken for a copy of itself.
      ALTER TABLE installation ADD COLUMN objects text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE installation DROP COLUMN objects');
  }
}
