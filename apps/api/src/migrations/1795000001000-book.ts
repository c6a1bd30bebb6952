import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The book of business: who is insured, for what, since when, and what they owe. Reversible. */
export class Book1795000001000 implements MigrationInterface {
  name = 'Book1795000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE customers (
        customer_id         text PRIMARY KEY,
        given_name          text,
        family_name         text,
        email               text,
        phone               text,
        birth_date          date,
        locale              text,
        time_zone           text,
        region              text,
        postal_code         text,
        agent_id            text,
        -- What the core system last said of consent; what counts is consent_state.
        core_consent        boolean,
        core_consent_source text,
        core_consent_at     timestamptz,
        created_at          timestamptz NOT NULL DEFAULT now(),
        updated_at          timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX customers_email ON customers (lower(email));
      CREATE INDEX customers_birthday ON customers
        ((extract(month FROM birth_date)::int * 100 + extract(day FROM birth_date)::int));

      CREATE TABLE policies (
        policy_id              text PRIMARY KEY,
        customer_id            text NOT NULL REFERENCES customers,
        line                   text NOT NULL,
        product                text,
        status                 text NOT NULL,
        start_date             date NOT NULL,
        renewal_date           date,
        end_date               date,
        premium_minor          bigint,
        currency               text,
        payment_mode           text,
        sum_insured_minor      bigint,
        previous_premium_minor bigint,
        do_not_renew           boolean NOT NULL DEFAULT false,
        time_zone              text,
        insured_object         jsonb,
        -- Kept by Aftercare from one import to the next.
        term_no                integer NOT NULL DEFAULT 1,
        status_since           date,
        grace_ends_on          date,
        created_at             timestamptz NOT NULL DEFAULT now(),
        updated_at             timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX policies_customer ON policies (customer_id);
      CREATE INDEX policies_renewal ON policies (renewal_date);
      CREATE INDEX policies_start ON policies (start_date);

      -- Terms that a renewal has closed. The term that runs now is the policy's own row.
      CREATE TABLE closed_terms (
        policy_id     text NOT NULL REFERENCES policies ON DELETE CASCADE,
        term_no       integer NOT NULL,
        renewal_date  date,
        premium_minor bigint,
        currency      text,
        closed_at     timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (policy_id, term_no)
      );

      -- A line a change. A policy's first status is its row's own and has no line.
      CREATE TABLE policy_status_changes (
        change_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        policy_id   text NOT NULL REFERENCES policies ON DELETE CASCADE,
        from_status text NOT NULL,
        to_status   text NOT NULL,
        transition  text NOT NULL,
        changed_on  date NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX policy_status_changes_policy ON policy_status_changes (policy_id, change_id);

      CREATE TABLE instalments (
        policy_id    text NOT NULL REFERENCES policies ON DELETE CASCADE,
        due_date     date NOT NULL,
        amount_minor bigint,
        currency     text,
        paid_at      timestamptz,
        PRIMARY KEY (policy_id, due_date)
      );
      CREATE INDEX instalments_unpaid ON instalments (due_date) WHERE paid_at IS NULL;

      CREATE TABLE customer_events (
        event_id    text PRIMARY KEY,
        type        text NOT NULL,
        customer_id text REFERENCES customers,
        policy_id   text REFERENCES policies,
        at          timestamptz NOT NULL,
        data        jsonb
      );
      CREATE INDEX customer_events_customer ON customer_events (customer_id, at);

      CREATE TABLE imports (
        import_id     uuid PRIMARY KEY DEFAULT uuidv7(),
        kind          text NOT NULL,
        file_name     text NOT NULL,
        dry_run       boolean NOT NULL DEFAULT false,
        state         text NOT NULL DEFAULT 'running',
        bytes_total   bigint,
        bytes_read    bigint NOT NULL DEFAULT 0,
        received      bigint NOT NULL DEFAULT 0,
        created       bigint NOT NULL DEFAULT 0,
        updated       bigint NOT NULL DEFAULT 0,
        unchanged     bigint NOT NULL DEFAULT 0,
        rejected      bigint NOT NULL DEFAULT 0,
        error_code    text,
        error_detail  text,
        started_by    text NOT NULL,
        started_at    timestamptz NOT NULL DEFAULT now(),
        finished_at   timestamptz
      );
      CREATE INDEX imports_started ON imports (started_at);

      -- What was wrong with the rows that an import left out: a row a fault, in the order of the file.
      CREATE TABLE import_rejects (
        import_id   uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
        reject_no   bigint GENERATED ALWAYS AS IDENTITY,
        line        bigint NOT NULL,
        column_name text NOT NULL,
        value       text NOT NULL,
        code        text NOT NULL,
        message     text NOT NULL,
        PRIMARY KEY (import_id, reject_no)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE import_rejects, imports, customer_events, instalments, policy_status_changes, closed_terms, policies, customers;
    `);
  }
}
