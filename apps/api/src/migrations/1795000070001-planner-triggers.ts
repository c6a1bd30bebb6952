import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What campaigns on events, on silence and on the renewals of one line are planned from. Reversible. */
export class PlannerTriggers1795000070001 implements MigrationInterface {
  name = 'PlannerTriggers1795000070001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Renewals are planned line by line.
      CREATE INDEX policies_renewal_line ON policies (renewal_date, line);
      DROP INDEX policies_renewal;
      CREATE INDEX policies_cooling_off_end ON policies (cooling_off_ends_on) WHERE cooling_off_ends_on IS NOT NULL;
      CREATE INDEX policy_status_changes_on ON policy_status_changes (transition, changed_on);
      CREATE INDEX closed_terms_at ON closed_terms (closed_at);

      -- The transaction that wrote an event, so that whoever reads only what is new misses none that was written
      -- earlier and committed later.
      ALTER TABLE customer_events ADD COLUMN recorded_in xid8 NOT NULL DEFAULT pg_current_xact_id();
      CREATE INDEX customer_events_recorded ON customer_events (recorded_in);
      CREATE FUNCTION event_is_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.recorded_in := pg_current_xact_id(); RETURN NEW; END $$;
      CREATE TRIGGER customer_events_changed BEFORE UPDATE ON customer_events
        FOR EACH ROW EXECUTE FUNCTION event_is_changed();

      -- The last local day on which we were in touch with a customer; no row: never. Brought up to date before
      -- planning, from the events and letters that have come since.
      CREATE TABLE last_contacts (
        customer_id text PRIMARY KEY REFERENCES customers ON DELETE CASCADE,
        contact_on  date NOT NULL
      );
      CREATE INDEX last_contacts_on ON last_contacts (contact_on);
      CREATE TABLE last_contacts_progress (
        only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        -- Events of transactions before this one have been read; letters sent up to then have been.
        events_until xid8 NOT NULL DEFAULT '0',
        sent_until   timestamptz NOT NULL DEFAULT '-infinity'
      );
      INSERT INTO last_contacts_progress DEFAULT VALUES;
      -- BRIN: the only kind whose columns a row may change without touching its other indexes.
      CREATE INDEX deliveries_sent ON deliveries USING brin (sent_at) WITH (pages_per_range = 32);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX deliveries_sent;
      DROP TABLE last_contacts_progress, last_contacts;
      DROP TRIGGER customer_events_changed ON customer_events;
      DROP FUNCTION event_is_changed;
      ALTER TABLE customer_events DROP COLUMN recorded_in;
      DROP INDEX closed_terms_at, policy_status_changes_on, policies_cooling_off_end;
      CREATE INDEX policies_renewal ON policies (renewal_date);
      DROP INDEX policies_renewal_line;
    `);
  }
}
