import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A row of the ledger says itself where its letter's bytes are. A table of its own for that cost each letter a row and an
 * entry in an index. Reversible, but for the moment at which a letter was kept: that becomes the row's last change.
 */
export class LettersInTheLedger1795000088001 implements MigrationInterface {
  name = 'LettersInTheLedger1795000088001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The letter handed to the mail server, for the desk shows what was sent: its subject line, and where its bytes are.
      -- In that block of the anchor date's month, once it is read out, so many from its start on.
      ALTER TABLE deliveries ADD COLUMN subject_line text, ADD COLUMN block_id uuid, ADD COLUMN block_start integer,
                             ADD COLUMN block_length integer;
      UPDATE deliveries d
         SET subject_line = m.subject, block_id = m.block_id, block_start = m.start, block_length = m.length
        FROM delivery_messages m
       WHERE m.delivery_id = d.delivery_id AND m.anchor_date = d.anchor_date;
      DROP TABLE delivery_messages;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE delivery_messages (
        delivery_id  uuid NOT NULL,
        anchor_date  date NOT NULL,
        subject      text NOT NULL,
        block_id     uuid NOT NULL,
        start        integer NOT NULL,
        length       integer NOT NULL,
        stored_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (delivery_id, anchor_date)
      ) PARTITION BY RANGE (anchor_date);
      -- A part for each of the ledger's, as before.
      DO $$
      DECLARE part record;
      BEGIN
        FOR part IN SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound
                      FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
                     WHERE inhparent = 'deliveries'::regclass LOOP
          EXECUTE format('CREATE TABLE %I PARTITION OF delivery_messages %s',
                         replace(part.relname, 'deliveries', 'delivery_messages'), part.bound);
        END LOOP;
      END $$;
      INSERT INTO delivery_messages (delivery_id, anchor_date, subject, block_id, start, length, stored_at)
      SELECT delivery_id, anchor_date, subject_line, block_id, block_start, block_length, state_at
        FROM deliveries WHERE block_id IS NOT NULL;
      ALTER TABLE deliveries DROP COLUMN subject_line, DROP COLUMN block_id, DROP COLUMN block_start,
                             DROP COLUMN block_length;
    `);
  }
}
