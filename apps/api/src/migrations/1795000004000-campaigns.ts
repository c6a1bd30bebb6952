import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Campaigns, their versions, and how far each step has been planned. Reversible. */
export class Campaigns1795000004000 implements MigrationInterface {
  name = 'Campaigns1795000004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE campaigns (
        campaign_id    uuid PRIMARY KEY DEFAULT uuidv7(),
        key            text NOT NULL UNIQUE,
        name           text NOT NULL,
        state          text NOT NULL,
        latest_version integer NOT NULL,
        active_version integer,
        activated_at   timestamptz,
        created_at     timestamptz NOT NULL DEFAULT now(),
        updated_at     timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE campaign_versions (
        campaign_id  uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
        version      integer NOT NULL,
        definition   jsonb NOT NULL,
        content_hash text NOT NULL,
        created_by   text NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (campaign_id, version)
      );

      -- Everything due up to planned_until has its ledger row; a gap behind it is downtime to catch up.
      CREATE TABLE step_progress (
        campaign_id   uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
        step          text NOT NULL,
        planned_until timestamptz NOT NULL,
        -- When the whole catch-up window was last searched for people who have come into the audience late.
        searched_at   timestamptz,
        PRIMARY KEY (campaign_id, step)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE step_progress, campaign_versions, campaigns');
  }
}
