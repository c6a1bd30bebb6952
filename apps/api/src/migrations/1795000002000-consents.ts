import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Consent as an append-only history, its present state beside it, and addresses not to write to. Reversible. */
export class Consents1795000002000 implements MigrationInterface {
  name = 'Consents1795000002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- topic '*' is everything marketing; any other topic is one subject matter of letters.
      CREATE TABLE consent_events (
        consent_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer_id      text NOT NULL REFERENCES customers,
        topic            text NOT NULL,
        granted          boolean NOT NULL,
        source           text NOT NULL,
        by_customer      boolean NOT NULL,
        -- The message whose link the customer used.
        delivery_id      uuid,
        at               timestamptz NOT NULL,
        recorded_at      timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX consent_events_customer ON consent_events (customer_id, consent_event_id);

      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
      CREATE TRIGGER consent_events_append_only BEFORE UPDATE OR DELETE ON consent_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE consent_state (
        customer_id text NOT NULL REFERENCES customers,
        topic       text NOT NULL,
        granted     boolean NOT NULL,
        source      text NOT NULL,
        by_customer boolean NOT NULL,
        at          timestamptz NOT NULL,
        PRIMARY KEY (customer_id, topic)
      );

      -- An address that must not be written to: class NULL means marketing and service alike.
      CREATE TABLE suppressions (
        suppression_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        address        text NOT NULL,
        class          text,
        reason         text NOT NULL,
        evidence       text,
        created_at     timestamptz NOT NULL DEFAULT now(),
        lifted_at      timestamptz,
        lifted_reason  text
      );
      CREATE INDEX suppressions_address ON suppressions (lower(address)) WHERE lifted_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE suppressions, consent_state, consent_events;
      DROP FUNCTION refuse_change;
    `);
  }
}
