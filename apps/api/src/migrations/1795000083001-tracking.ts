import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What readers did with their letters, and what came of it. Reversible. */
export class Tracking1795000083001 implements MigrationInterface {
  name = 'Tracking1795000083001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A line each time a link of a letter was asked for, by whomever.
      CREATE TABLE delivery_clicks (
        click_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        delivery_id uuid NOT NULL,
        anchor_date date NOT NULL,
        campaign_id uuid NOT NULL,
        step        text NOT NULL,
        variant     text,
        -- The link's number in its letter.
        link        smallint NOT NULL,
        at          timestamptz NOT NULL,
        request     text NOT NULL,
        agent       text NOT NULL,
        -- A hash of the block of addresses under a key of the day, for a day: it tells a crowd, not a person.
        network     text,
        judged      boolean NOT NULL DEFAULT false,
        -- Why it was no person's; null while it is one's, or not judged yet.
        machine     text
      );
      CREATE INDEX delivery_clicks_delivery ON delivery_clicks (delivery_id, at);
      CREATE INDEX delivery_clicks_campaign ON delivery_clicks (campaign_id);
      CREATE INDEX delivery_clicks_network ON delivery_clicks (network, at) WHERE network IS NOT NULL;
      CREATE INDEX delivery_clicks_fresh ON delivery_clicks (at) WHERE NOT judged;
      CREATE INDEX delivery_clicks_traced ON delivery_clicks (at) WHERE network IS NOT NULL;

      -- Kept apart from clicks and outcomes: openings measure programs more than people, and nothing is decided by them.
      CREATE TABLE delivery_opens (
        open_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        delivery_id uuid NOT NULL,
        anchor_date date NOT NULL,
        campaign_id uuid NOT NULL,
        step        text NOT NULL,
        variant     text,
        at          timestamptz NOT NULL,
        agent       text NOT NULL,
        machine     boolean NOT NULL
      );
      CREATE INDEX delivery_opens_delivery ON delivery_opens (delivery_id, at);
      CREATE INDEX delivery_opens_campaign ON delivery_opens (campaign_id);

      -- What happened after a contact, tied to the one contact that is held to have brought it.
      CREATE TABLE delivery_outcomes (
        outcome_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind        text NOT NULL,
        -- What happened, as the book knows it: it belongs to one delivery at most.
        source      text NOT NULL UNIQUE,
        delivery_id uuid NOT NULL,
        anchor_date date NOT NULL,
        campaign_id uuid NOT NULL,
        step        text NOT NULL,
        variant     text,
        at          timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX delivery_outcomes_delivery ON delivery_outcomes (delivery_id);
      CREATE INDEX delivery_outcomes_campaign ON delivery_outcomes (campaign_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE delivery_outcomes, delivery_opens, delivery_clicks');
  }
}
