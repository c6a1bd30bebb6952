import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ways for the planner into the book: by anniversary, by grace, and to the zones people live by. Reversible. */
export class PlannerIndexes1795000020000 implements MigrationInterface {
  name = 'PlannerIndexes1795000020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX policies_anniversary ON policies
        ((extract(month FROM start_date)::int * 100 + extract(day FROM start_date)::int));
      CREATE INDEX policies_end ON policies (end_date) WHERE end_date IS NOT NULL;
      CREATE INDEX policies_grace_start ON policies (status_since) WHERE status = 'grace';
      CREATE INDEX policies_grace_end ON policies (grace_ends_on) WHERE status = 'grace';
      CREATE INDEX policies_zone ON policies (time_zone) WHERE time_zone IS NOT NULL;
      CREATE INDEX customers_zone ON customers (time_zone) WHERE time_zone IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX policies_anniversary, policies_end, policies_grace_start, policies_grace_end, policies_zone,
                 customers_zone;
    `);
  }
}
