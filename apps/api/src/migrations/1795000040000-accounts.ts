import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Staff accounts in better-auth's shape, members' sign-in links and sessions, sign-in limits, and the indexes of
 * the desk's searches. Reversible.
 */
export class Accounts1795000040000 implements MigrationInterface {
  name = 'Accounts1795000040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE staff_users (
        id             uuid PRIMARY KEY DEFAULT uuidv7(),
        name           text NOT NULL,
        email          text NOT NULL UNIQUE CHECK (email = lower(email)),
        email_verified boolean NOT NULL DEFAULT false,
        image          text,
        role           text NOT NULL
                       CHECK (role IN ('admin', 'marketing', 'compliance', 'retention', 'service')),
        disabled_at    timestamptz,
        created_at     timestamptz NOT NULL DEFAULT now(),
        updated_at     timestamptz NOT NULL DEFAULT now()
      );

      -- How an employee proves who they are: a password now, another provider's word later.
      CREATE TABLE staff_credentials (
        id                       uuid PRIMARY KEY DEFAULT uuidv7(),
        user_id                  uuid NOT NULL REFERENCES staff_users ON DELETE CASCADE,
        provider_id              text NOT NULL,
        account_id               text NOT NULL,
        password                 text,
        access_token             text,
        refresh_token            text,
        id_token                 text,
        access_token_expires_at  timestamptz,
        refresh_token_expires_at timestamptz,
        scope                    text,
        created_at               timestamptz NOT NULL DEFAULT now(),
        updated_at               timestamptz NOT NULL DEFAULT now(),
        UNIQUE (provider_id, account_id)
      );
      CREATE INDEX staff_credentials_user ON staff_credentials (user_id);

      CREATE TABLE staff_sessions (
        id         uuid PRIMARY KEY DEFAULT uuidv7(),
        user_id    uuid NOT NULL REFERENCES staff_users ON DELETE CASCADE,
        token      text NOT NULL UNIQUE,
        expires_at timestamptz NOT NULL,
        ip_address text,
        user_agent text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX staff_sessions_user ON staff_sessions (user_id);

      -- better-auth does not start without it. Nothing of ours writes to it yet.
      CREATE TABLE staff_verifications (
        id         uuid PRIMARY KEY DEFAULT uuidv7(),
        identifier text NOT NULL,
        value      text NOT NULL,
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX staff_verifications_identifier ON staff_verifications (identifier);

      -- A row a link, so a row for each customer at a shared address. Kept afterwards: part of the timeline.
      CREATE TABLE sign_in_links (
        token_hash  bytea PRIMARY KEY,
        customer_id text NOT NULL REFERENCES customers,
        address     text NOT NULL,
        return_to   text,
        created_at  timestamptz NOT NULL,
        expires_at  timestamptz NOT NULL,
        sent_at     timestamptz,
        used_at     timestamptz
      );
      CREATE INDEX sign_in_links_customer ON sign_in_links (customer_id, created_at);

      CREATE TABLE member_sessions (
        token_hash  bytea PRIMARY KEY,
        customer_id text NOT NULL REFERENCES customers,
        created_at  timestamptz NOT NULL,
        expires_at  timestamptz NOT NULL
      );
      CREATE INDEX member_sessions_customer ON member_sessions (customer_id);

      -- Worth nothing after a crash, so not written to the log.
      CREATE UNLOGGED TABLE sign_in_attempts (
        key       text PRIMARY KEY,
        count     integer NOT NULL,
        resets_at timestamptz NOT NULL
      );
      CREATE INDEX sign_in_attempts_resets ON sign_in_attempts (resets_at);

      -- What the desk looks for: names in either order and without their spaces, and what is rare in long tables.
      CREATE INDEX customers_family_first ON customers
        ((lower(replace(coalesce(family_name, '') || coalesce(given_name, ''), ' ', '')) COLLATE "C"), customer_id);
      CREATE INDEX customers_given_first ON customers
        ((lower(replace(coalesce(given_name, '') || coalesce(family_name, ''), ' ', '')) COLLATE "C"));
      CREATE INDEX customers_phone ON customers (phone COLLATE "C");
      CREATE INDEX deliveries_failed ON deliveries (due_at) WHERE failed;
      CREATE INDEX consent_events_withdrawn ON consent_events (at) WHERE by_customer AND NOT granted;
      CREATE INDEX customer_events_complaints ON customer_events (at) WHERE type = 'complaint_opened';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX customer_events_complaints, consent_events_withdrawn, deliveries_failed,
        customers_phone, customers_given_first, customers_family_first;
      DROP TABLE sign_in_attempts, member_sessions, sign_in_links,
        staff_verifications, staff_sessions, staff_credentials, staff_users;
    `);
  }
}
