import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit log: append-only, each entry carrying the hash of the one before it. Reversible. */
export class Audit1795000003000 implements MigrationInterface {
  name = 'Audit1795000003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_log (
        entry_no  bigint PRIMARY KEY,
        at        timestamptz NOT NULL,
        actor     text NOT NULL,
        action    text NOT NULL,
        subject   text NOT NULL,
        detail    jsonb NOT NULL,
        prev_hash text NOT NULL,
        hash      text NOT NULL
      );
      CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_log');
  }
}
