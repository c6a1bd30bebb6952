import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How fast mail may go, how much of it a young sender may send a day, and who wants none for now. Reversible. */
export class Rates1795000081001 implements MigrationInterface {
  name = 'Rates1795000081001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The limits that somebody has chosen. Scope total has no name; domain * is every domain without a limit of its own.
      CREATE TABLE rate_limits (
        scope      text NOT NULL CHECK (scope IN ('total', 'identity', 'domain')),
        name       text NOT NULL,
        per_second double precision NOT NULL CHECK (per_second > 0 AND per_second <= 100000),
        PRIMARY KEY (scope, name),
        CHECK ((scope = 'total') = (name = ''))
      );

      -- The moment from which a scope is free, shared by all workers. Written many times a second and worth nothing a
      -- moment later, so it is kept out of the write-ahead log: after a crash of the server every scope is free.
      CREATE UNLOGGED TABLE rate_moments (
        scope   text PRIMARY KEY,
        next_at timestamptz NOT NULL
      ) WITH (fillfactor = 50);

      -- A sender that has to earn its name: so many messages on the first day, by a factor more on each day after it,
      -- until the ramp reaches up_to. Then there is no daily limit any more.
      CREATE TABLE warm_ups (
        identity  text PRIMARY KEY,
        starts_on date NOT NULL,
        first_day integer NOT NULL CHECK (first_day BETWEEN 1 AND 10000000),
        factor    double precision NOT NULL CHECK (factor >= 1.01 AND factor <= 10),
        up_to     integer NOT NULL CHECK (up_to BETWEEN 1 AND 100000000),
        CHECK (up_to >= first_day)
      );
      -- Messages that a warm-up has given places to, by day of UTC.
      CREATE TABLE warm_up_days (
        identity text NOT NULL,
        day      date NOT NULL,
        taken    integer NOT NULL,
        PRIMARY KEY (identity, day)
      );

      -- Recipient domains that have said: not now. A row goes with the first message that the domain takes again.
      CREATE TABLE domain_backoffs (
        domain   text PRIMARY KEY,
        reply    text NOT NULL,
        since    timestamptz NOT NULL,
        failures integer NOT NULL,
        until_at timestamptz NOT NULL
      );

      -- What keeps a mail server from taking messages: one row each, gone when it works.
      DELETE FROM mail_trouble;
      ALTER TABLE mail_trouble DROP COLUMN only_row, ADD COLUMN transport text PRIMARY KEY;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM mail_trouble;
      ALTER TABLE mail_trouble DROP COLUMN transport,
        ADD COLUMN only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row);
      DROP TABLE domain_backoffs, warm_up_days, warm_ups, rate_moments, rate_limits;
    `);
  }
}
