import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The delivery ledger. Partitioned by the month of the anchor date, which is part of a row's identity: so the
 * identity is unique over all partitions, whatever happens to a step's offset. Reversible.
 */
export class Deliveries1795000005000 implements MigrationInterface {
  name = 'Deliveries1795000005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deliveries (
        delivery_id      uuid NOT NULL DEFAULT uuidv7(),
        campaign_id      uuid NOT NULL,
        campaign_version integer NOT NULL,
        step             text NOT NULL,
        -- The policy's id, or the customer's for a campaign whose subject is the customer.
        subject_id       text NOT NULL,
        anchor_date      date NOT NULL,
        customer_id      text NOT NULL,
        policy_id        text,
        term_no          integer,
        class            text NOT NULL,
        topic            text NOT NULL,
        priority         integer NOT NULL,
        channel          text NOT NULL DEFAULT 'email',
        template         text NOT NULL,
        -- The arm of its step's experiment.
        variant          text,
        due_at           timestamptz NOT NULL,
        -- The customer's local day on which it goes: that of due_at, or a later one that it was put off to.
        contact_on       date NOT NULL,
        expires_at       timestamptz NOT NULL,
        state            text NOT NULL,
        reason           text,
        state_at         timestamptz NOT NULL,
        -- Dispatch: the chunk job a released row belongs to, and the attempt at that job which may send it.
        chunk_id         uuid,
        claim            uuid,
        next_attempt_at  timestamptz,
        attempts         integer NOT NULL DEFAULT 0,
        doubted_at       timestamptz,
        -- The row whose letter carries this one as well, where a campaign merges what one reader gets.
        merged_into      uuid,
        recipient        text,
        message_id       text,
        smtp_reply       text,
        sent_at          timestamptz,
        -- Neither released nor ended; could not be sent. Columns of their own, for what stands in an index or its
        -- condition makes every change of it a change of all indexes: a hand-over leaves these as they are, and
        -- touches none.
        waiting          boolean NOT NULL GENERATED ALWAYS AS (state = 'planned' AND chunk_id IS NULL) STORED,
        failed           boolean NOT NULL GENERATED ALWAYS AS (state = 'failed') STORED,
        PRIMARY KEY (delivery_id, anchor_date),
        UNIQUE (campaign_id, step, subject_id, anchor_date)
      ) PARTITION BY RANGE (anchor_date);
      -- By campaign, so that what a paused one holds is not read again and again.
      CREATE INDEX deliveries_waiting ON deliveries (campaign_id, due_at) WHERE waiting;
      CREATE INDEX deliveries_chunk ON deliveries (chunk_id) WHERE chunk_id IS NOT NULL;
      CREATE INDEX deliveries_customer ON deliveries (customer_id, due_at);
      -- Contacts that count against the frequency cap of an address: handed to a worker, under way, or gone out.
      CREATE INDEX deliveries_counted_address ON deliveries (lower(recipient), contact_on) WHERE chunk_id IS NOT NULL;
      CREATE INDEX deliveries_due ON deliveries (due_at, delivery_id);

      -- Rows that one job sends, from their release until none of them is open.
      CREATE TABLE dispatch_chunks (
        chunk_id    uuid PRIMARY KEY,
        rows        integer NOT NULL,
        -- How often it was taken up. The first time its rows bear the chunk's own id as their claim.
        claims      integer NOT NULL DEFAULT 0,
        -- Between these lie the anchor dates of its rows, so that only their parts of the ledger are looked at.
        first_anchor date NOT NULL,
        last_anchor  date NOT NULL,
        released_at timestamptz NOT NULL DEFAULT now()
      );

      -- The letters handed to the mail server: what the desk shows is what was sent.
      CREATE TABLE delivery_messages (
        delivery_id  uuid NOT NULL,
        anchor_date  date NOT NULL,
        subject      text NOT NULL,
        -- Where its bytes are: in that block of the anchor date's month, once it is read out, so many from its start on.
        block_id     uuid NOT NULL,
        start        integer NOT NULL,
        length       integer NOT NULL,
        stored_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (delivery_id, anchor_date)
      ) PARTITION BY RANGE (anchor_date);

      -- The bytes of letters that were handed over at about the same time, compressed together, with a checksum of
      -- their own in them. Never changed; dropped with the month that their letters belong to.
      CREATE TABLE message_blocks (
        block_id      uuid NOT NULL,
        -- The first day of that month.
        anchor_month  date NOT NULL,
        -- What the bytes are compressed with; null: nothing.
        dictionary_id integer,
        -- Not to be compressed again.
        zstd          bytea STORAGE EXTERNAL NOT NULL,
        PRIMARY KEY (block_id, anchor_month)
      ) PARTITION BY RANGE (anchor_month);

      -- What messages of one kind have in common, as a message to nobody: kept messages say only what they have of
      -- their own. Never changed, for what was compressed with one is read with the same one.
      CREATE TABLE message_dictionaries (
        dictionary_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind          text NOT NULL UNIQUE,
        bytes         bytea NOT NULL
      );

      -- What keeps the mail server from taking messages, if anything does. One row, gone when it works.
      CREATE TABLE mail_trouble (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        reason   text NOT NULL,
        detail   text NOT NULL,
        since    timestamptz NOT NULL,
        failures integer NOT NULL,
        retry_at timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE mail_trouble, message_dictionaries, message_blocks, delivery_messages, dispatch_chunks, deliveries`,
    );
  }
}
