import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What campaigns put on the members' pages and on the desk instead of into a letter. Reversible. */
export class NoticesAndTasks1795000062001 implements MigrationInterface {
  name = 'NoticesAndTasks1795000062001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE portal_notices (
        delivery_id  uuid PRIMARY KEY,
        anchor_date  date NOT NULL,
        customer_id  text NOT NULL REFERENCES customers,
        policy_id    text,
        topic        text NOT NULL,
        subject      text NOT NULL,
        text         text NOT NULL,
        published_at timestamptz NOT NULL,
        read_at      timestamptz
      );
      CREATE INDEX portal_notices_customer ON portal_notices (customer_id, published_at);

      CREATE TABLE staff_tasks (
        task_id      uuid PRIMARY KEY DEFAULT uuidv7(),
        delivery_id  uuid NOT NULL UNIQUE,
        anchor_date  date NOT NULL,
        customer_id  text NOT NULL REFERENCES customers,
        policy_id    text,
        campaign_id  uuid NOT NULL,
        title        text NOT NULL,
        instructions text NOT NULL,
        -- The customer's local day on which it is to be done.
        due_on       date NOT NULL,
        state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'cancelled')),
        outcome      text,
        opened_at    timestamptz NOT NULL,
        closed_at    timestamptz,
        closed_by    text,
        CHECK ((state = 'open') = (closed_at IS NULL))
      );
      CREATE INDEX staff_tasks_due ON staff_tasks (due_on, task_id);
      -- Whose open task it is, is asked of everybody before marketing goes to them.
      CREATE INDEX staff_tasks_open ON staff_tasks (customer_id) WHERE state = 'open';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE staff_tasks, portal_notices');
  }
}
