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
        -- Why it is paused, where nobody paused it by hand.
        paused_reason  text,
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
        -- draft, submitted, returned, approved. What was submitted is pinned: another content is another version.
        state        text NOT NULL DEFAULT 'draft',
        submitted_by text,
        submitted_at timestamptz,
        decided_by   text,
        decided_at   timestamptz,
        decision     text,
        -- 'open' takes whoever falls due; 'finishing' only goes on with those who have a row of it already.
        running      text CHECK (running IN ('open', 'finishing')),
        -- When the last of those who entered is through: then a finishing version runs no more.
        finishes_at  timestamptz,
        PRIMARY KEY (campaign_id, version)
      );
      CREATE UNIQUE INDEX campaign_versions_open ON campaign_versions (campaign_id) WHERE running = 'open';

      -- Everything due up to planned_until has its ledger row; a gap behind it is downtime to catch up.
      CREATE TABLE step_progress (
        campaign_id   uuid NOT NULL,
        version       integer NOT NULL,
        step          text NOT NULL,
        planned_until timestamptz NOT NULL,
        -- When the whole catch-up window was last searched for people who have come into the audience late.
        searched_at   timestamptz,
        PRIMARY KEY (campaign_id, version, step),
        FOREIGN KEY (campaign_id, version) REFERENCES campaign_versions ON DELETE CASCADE
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE step_progress, campaign_versions, campaigns');
  }
}
