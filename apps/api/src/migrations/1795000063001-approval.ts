import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Approval: whose words a version holds, the templates it was approved with, and what the database itself refuses,
 * whatever the code above it does. Reversible.
 */
export class Approval1795000063001 implements MigrationInterface {
  name = 'Approval1795000063001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaign_versions
        -- Everybody whose words are in it and not yet approved by somebody else.
        ADD COLUMN authors text[] NOT NULL DEFAULT '{}',
        ADD COLUMN updated_at timestamptz,
        -- Name to hash of every template it uses, as they were when it was pinned.
        ADD COLUMN template_versions jsonb NOT NULL DEFAULT '{}',
        ADD CONSTRAINT campaign_versions_state CHECK (state IN ('draft', 'submitted', 'returned', 'approved')),
        -- What nobody has approved never runs, so it never sends.
        ADD CONSTRAINT campaign_versions_run_approved CHECK (running IS NULL OR state = 'approved');

      ALTER TABLE campaigns ADD CONSTRAINT campaigns_state
        CHECK (state IN ('draft', 'active', 'paused', 'stopped', 'archived'));

      -- The history of one campaign.
      CREATE INDEX audit_log_subject ON audit_log (subject, entry_no);

      -- What was submitted is what is decided on, and what was approved is what runs.
      CREATE FUNCTION refuse_change_of_pinned() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'version % is pinned: other content is another version', OLD.version;
      END $$;
      CREATE TRIGGER campaign_versions_pinned BEFORE UPDATE ON campaign_versions FOR EACH ROW
        WHEN (OLD.state <> 'draft' AND
              (NEW.definition, NEW.content_hash, NEW.template_versions, NEW.authors, NEW.submitted_by)
                IS DISTINCT FROM
              (OLD.definition, OLD.content_hash, OLD.template_versions, OLD.authors, OLD.submitted_by))
        EXECUTE FUNCTION refuse_change_of_pinned();
      CREATE FUNCTION refuse_undecided() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'version % is % and cannot become %', OLD.version, OLD.state, NEW.state;
      END $$;
      CREATE TRIGGER campaign_versions_decided BEFORE UPDATE ON campaign_versions FOR EACH ROW
        WHEN ((OLD.state = 'approved' AND NEW.state <> 'approved')
              OR (OLD.state <> 'draft' AND NEW.state = 'draft'))
        EXECUTE FUNCTION refuse_undecided();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER campaign_versions_decided ON campaign_versions;
      DROP TRIGGER campaign_versions_pinned ON campaign_versions;
      DROP INDEX audit_log_subject;
      DROP FUNCTION refuse_change_of_pinned, refuse_undecided;
      ALTER TABLE campaigns DROP CONSTRAINT campaigns_state;
      ALTER TABLE campaign_versions DROP CONSTRAINT campaign_versions_run_approved,
        DROP CONSTRAINT campaign_versions_state, DROP COLUMN template_versions, DROP COLUMN updated_at,
        DROP COLUMN authors;
    `);
  }
}
