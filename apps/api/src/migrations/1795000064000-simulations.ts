import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs of the time machine: what was asked, how far it is, and what came out. Reversible. */
export class Simulations1795000064000 implements MigrationInterface {
  name = 'Simulations1795000064000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE simulations (
        -- Also the id of the job that runs it.
        simulation_id       uuid PRIMARY KEY,
        state               text NOT NULL DEFAULT 'queued'
                            CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        request             jsonb NOT NULL,
        progress            jsonb,
        result              jsonb,
        error_code          text,
        error_detail        text,
        requested_by        text NOT NULL,
        requested_at        timestamptz NOT NULL DEFAULT now(),
        started_at          timestamptz,
        finished_at         timestamptz,
        cancel_requested_at timestamptz
      );
      CREATE INDEX simulations_requested ON simulations (requested_at, simulation_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE simulations');
  }
}
