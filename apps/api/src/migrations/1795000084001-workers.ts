import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Signs of life of the platform's processes, and how fast they send. Reversible. */
export class Workers1795000084001 implements MigrationInterface {
  name = 'Workers1795000084001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Shown, never relied upon: that a worker is gone is decided by the queue.
      CREATE TABLE workers (
        worker_id   uuid PRIMARY KEY,
        host        text NOT NULL,
        pid         integer NOT NULL,
        roles       text[] NOT NULL,
        version     text NOT NULL,
        connections integer NOT NULL,
        started_at  timestamptz NOT NULL,
        seen_at     timestamptz NOT NULL,
        -- When it signed off; one that vanished has none.
        left_at     timestamptz
      );

      -- What each process settled of each campaign since its last sign of life. Kept for a day.
      CREATE TABLE sending_pulses (
        at          timestamptz NOT NULL,
        worker_id   uuid NOT NULL,
        campaign_id uuid NOT NULL,
        sent        integer NOT NULL,
        missed      integer NOT NULL,
        kept        integer NOT NULL,
        PRIMARY KEY (campaign_id, at, worker_id)
      );
      CREATE INDEX sending_pulses_at ON sending_pulses (at);

      -- Few rows are ever in doubt, and only they pay for it. Not by state: an index that names what every hand-over
      -- changes would make each of them write to all indexes of its row.
      CREATE INDEX deliveries_doubted ON deliveries (doubted_at) WHERE doubted_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_doubted; DROP TABLE sending_pulses, workers');
  }
}
