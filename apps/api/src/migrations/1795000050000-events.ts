import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A way for the planner to the events of a type that happened of late. Reversible. */
export class Events1795000050000 implements MigrationInterface {
  name = 'Events1795000050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX customer_events_type ON customer_events (type, at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX customer_events_type');
  }
}
