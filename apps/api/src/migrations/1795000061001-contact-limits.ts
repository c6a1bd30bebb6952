import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often and when customers may be written to, and the emergency stop of all sending. Reversible. */
export class ContactLimits1795000061001 implements MigrationInterface {
  name = 'ContactLimits1795000061001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE contact_limits (
        only_row                boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        -- So many contacts of marketing in any so many civil days, per person and per address. 0: no limit.
        cap_contacts            integer NOT NULL DEFAULT 0 CHECK (cap_contacts BETWEEN 0 AND 1000),
        cap_days                integer NOT NULL DEFAULT 7 CHECK (cap_days BETWEEN 1 AND 366),
        -- Whether service messages take places as well; they are never put off themselves.
        cap_counts_service      boolean NOT NULL DEFAULT false,
        -- The house's own hours, in the customer's zone; a region's law may leave fewer. From 00:00 to 24:00: none are kept.
        opens                   text NOT NULL DEFAULT '00:00' CHECK (opens ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
        closes                  text NOT NULL DEFAULT '24:00' CHECK (closes ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'),
        -- The share of customers that no marketing reaches, to measure what all of it does.
        global_holdout          double precision NOT NULL DEFAULT 0 CHECK (global_holdout BETWEEN 0 AND 0.5),
        sending_stopped_at      timestamptz,
        sending_stopped_by      text,
        sending_stopped_reason  text,
        -- When somebody last chose limits; null while nobody has.
        chosen_at               timestamptz,
        CHECK (opens < closes)
      );
      INSERT INTO contact_limits DEFAULT VALUES;

      -- Days on which nothing of marketing goes out. Region: a code of ISO 3166-2 or its beginning (US, US-CA); * is everywhere.
      CREATE TABLE no_contact_days (
        region text NOT NULL CHECK (region = '*' OR region ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'),
        day    date NOT NULL,
        name   text NOT NULL,
        PRIMARY KEY (region, day)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE no_contact_days, contact_limits');
  }
}
