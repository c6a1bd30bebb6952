import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is reported of messages after they were handed over, and what it says of addresses. Reversible. */
export class Inbound1795000082001 implements MigrationInterface {
  name = 'Inbound1795000082001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE delivery_evidence (
        evidence_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- The row that leads the letter; NULL where a provider names an address and nothing else.
        delivery_id uuid,
        anchor_date date,
        address     text,
        kind        text NOT NULL,
        -- By which door it came in: mail, or the name of a provider.
        source      text NOT NULL,
        -- What the source calls it: the same report twice is one.
        external_id text NOT NULL,
        at          timestamptz NOT NULL,
        status      text,
        -- What the classifier made of it.
        detail      text,
        excerpt     text,
        -- Whether it could act: signed, or naming what only the reader of the letter can know.
        believed    boolean NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (source, external_id)
      );
      CREATE INDEX delivery_evidence_delivery ON delivery_evidence (delivery_id, evidence_id);
      CREATE TRIGGER delivery_evidence_append_only BEFORE UPDATE OR DELETE ON delivery_evidence
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      -- The rows that a letter carries beside the one that leads it: a report is about all of them.
      CREATE INDEX deliveries_carried ON deliveries (merged_into) WHERE merged_into IS NOT NULL;

      -- Soft bounces without a delivery between them. In small letters.
      CREATE TABLE address_health (
        address          text PRIMARY KEY,
        soft_in_row      integer NOT NULL,
        -- When the message of the last one was sent.
        last_at          timestamptz NOT NULL,
        last_delivery_id uuid,
        -- 'smtp': the server that we talk to said so itself; 'report': it was told afterwards.
        said_by          text NOT NULL
      );

      ALTER TABLE suppressions
        ADD COLUMN created_by text NOT NULL DEFAULT 'system',
        ADD COLUMN lifted_by text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE suppressions DROP COLUMN created_by, DROP COLUMN lifted_by;
      DROP INDEX deliveries_carried;
      DROP TABLE address_health, delivery_evidence;
    `);
  }
}
