import { Injectable } from '@nestjs/common';
import { isEmailAddress, People, type FieldName, type Standing } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';
import { doNotContact } from '../deliveries/do-not-contact.types.js';
import { numbersOf } from './numbers.js';

/** Addresses in these letters, no longer than this, are addresses; of any other the domain is asked. */
const plainAddress = String.raw`^[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`;
const longestPlain = 60;

interface StandingRow {
  insured: boolean;
  deceased: boolean;
  openComplaint: boolean;
  vulnerable: boolean;
  litigation: boolean;
  withStaff: boolean;
  address: 'none' | 'plain' | 'other';
  noService: boolean;
  noMarketing: boolean;
  marketing: Standing['marketing'];
  region: string | null;
  people: Buffer;
}

/** The book's people as the gate sees them, read for everybody at once. */
@Injectable()
export class PeopleRepository {
  constructor(private readonly audiences: AudiencesService) {}

  /**
   * Numbers the people for this transaction, in a temporary table, and reads what the gate asks about them.
   * @param only these customers; everybody when left out
   */
  async load(tx: Tx, only?: readonly string[]): Promise<People> {
    await tx.query(
      `CREATE TEMPORARY TABLE simulated_people ON COMMIT DROP AS
       SELECT (row_number() OVER (ORDER BY customer_id) - 1)::int AS n, customer_id
       FROM customers ${only === undefined ? '' : 'WHERE customer_id = ANY($1)'}`,
      only === undefined ? [] : [only],
    );
    await tx.query('ANALYZE simulated_people');
    const [{ size }] = await tx.query<[{ size: number }]>('SELECT count(*) AS size FROM simulated_people');
    const people = new People(size);
    const bad = await this.badAddresses(tx);
    for (const row of await this.standings(tx)) {
      const { badOnes, others } = split(numbersOf(row.people), row.address === 'other' ? bad : null);
      people.stand(standingOf(row, row.address === 'none' ? null : 'somebody@example.com'), others);
      if (badOnes.length > 0) people.stand(standingOf(row, 'no address'), badOnes);
    }
    for (const { topic, people: numbers } of await this.optOuts(tx)) people.optOut(topic, numbersOf(numbers));
    for (const { people: numbers } of await this.households(tx)) people.share(numbersOf(numbers));
    return people;
  }

  /** A customer and all who share the address, by id in the order of their numbers; nobody when there is none such. */
  async household(tx: Tx, customerId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT customer_id AS id FROM customers WHERE customer_id = $1
       UNION SELECT other.customer_id FROM customers asked
       JOIN customers other ON lower(other.email) = lower(asked.email)
       WHERE asked.customer_id = $1 AND asked.email <> '' ORDER BY id`,
      [customerId],
    );
    return rows.map(({ id }) => id);
  }

  /** The zones that the people live by. */
  async zones(tx: Tx): Promise<string[]> {
    const rows = await tx.query<{ zone: string }[]>(
      `SELECT c.time_zone AS zone FROM simulated_people JOIN customers c USING (customer_id) WHERE c.time_zone <> ''
       UNION SELECT p.time_zone FROM simulated_people JOIN policies p USING (customer_id) WHERE p.time_zone <> ''
       UNION SELECT 'UTC'`,
    );
    return rows.map(({ zone }) => zone);
  }

  /** The ids of some people. */
  async ids(tx: Tx, numbers: readonly number[]): Promise<Map<number, string>> {
    const rows = await tx.query<{ n: number; id: string }[]>(
      `SELECT n, customer_id AS id FROM simulated_people WHERE n = ANY($1::int[])`,
      [numbers],
    );
    return new Map(rows.map(({ n, id }) => [n, id]));
  }

  private standings(tx: Tx): Promise<StandingRow[]> {
    const parameters = new SqlParameters();
    const isTrue = (field: FieldName) => {
      const scope = { customer: 'c', policy: null, today: 'NULL::date' };
      return `(${this.audiences.condition('policy', { field, op: 'eq', value: true }, scope, parameters)}) IS TRUE`;
    };
    const states = doNotContact('c.customer_id');
    const isSuppressed = (contactClass: string) =>
      `EXISTS (SELECT FROM suppressions s WHERE lower(s.address) = lower(c.email) AND s.lifted_at IS NULL
                 AND coalesce(s.class, '${contactClass}') = '${contactClass}')`;
    return tx.query(
      `SELECT insured, deceased, "openComplaint", vulnerable, litigation, "withStaff", address, "noService", "noMarketing", marketing, region,
              string_agg(int4send(n), ''::bytea) AS people
       FROM (
         SELECT n, c.region,
                EXISTS (SELECT FROM policies held WHERE held.customer_id = c.customer_id
                          AND held.status IN ('in_force', 'grace')) AS insured,
                ${isTrue('customer.isDeceased')} OR ${states.deathReported} AS deceased,
                ${states.isVulnerable} AS vulnerable, ${states.inLitigation} AS litigation,
                ${states.inTouchWithStaff} AS "withStaff",
                EXISTS (SELECT FROM customer_events e WHERE e.customer_id = c.customer_id AND e.type = 'complaint_opened')
                  AND ${isTrue('customer.hasOpenComplaint')} AS "openComplaint",
                CASE WHEN coalesce(c.email, '') = '' THEN 'none'
                     WHEN length(c.email) <= ${longestPlain} AND lower(c.email) ~ '${plainAddress}' THEN 'plain'
                     ELSE 'other' END AS address,
                ${isSuppressed('service')} AS "noService", ${isSuppressed('marketing')} AS "noMarketing",
                CASE WHEN s.granted IS NULL THEN 'unasked' WHEN s.granted THEN 'granted'
                     WHEN s.by_customer THEN 'withdrawn_by_customer' ELSE 'withdrawn' END AS marketing
         FROM simulated_people JOIN customers c USING (customer_id)
         LEFT JOIN consent_state s ON s.customer_id = c.customer_id AND s.topic = '*'
       ) facts
       GROUP BY insured, deceased, "openComplaint", vulnerable, litigation, "withStaff", address, "noService", "noMarketing", marketing, region`,
      parameters.values,
    );
  }

  private async badAddresses(tx: Tx): Promise<ReadonlySet<number>> {
    const rows = await tx.query<{ n: number; email: string }[]>(
      `SELECT n, email FROM simulated_people JOIN customers USING (customer_id)
       WHERE email <> '' AND NOT (length(email) <= ${longestPlain} AND lower(email) ~ '${plainAddress}')`,
    );
    return new Set(rows.filter(({ email }) => !isEmailAddress(email)).map(({ n }) => n));
  }

  private optOuts(tx: Tx): Promise<{ topic: string; people: Buffer }[]> {
    return tx.query(
      `SELECT topic, string_agg(int4send(n), ''::bytea) AS people
       FROM consent_state JOIN simulated_people USING (customer_id)
       WHERE NOT granted AND topic <> '*' GROUP BY topic`,
    );
  }

  private households(tx: Tx): Promise<{ people: Buffer }[]> {
    return tx.query(
      `SELECT string_agg(int4send(n), ''::bytea) AS people
       FROM simulated_people JOIN customers c USING (customer_id)
       WHERE c.email <> '' GROUP BY lower(c.email) HAVING count(*) > 1`,
    );
  }
}

function standingOf(row: StandingRow, address: string | null): Standing {
  return {
    isInsured: row.insured,
    isDeceased: row.deceased,
    address,
    hasOpenComplaint: row.openComplaint,
    isVulnerable: row.vulnerable,
    inLitigation: row.litigation,
    inTouchWithStaff: row.withStaff,
    marketing: row.marketing,
    suppressedFor: { service: row.noService, marketing: row.noMarketing },
    region: row.region,
  };
}

function split(
  people: Int32Array,
  bad: ReadonlySet<number> | null,
): { badOnes: Int32Array; others: Int32Array } {
  if (bad === null) return { badOnes: new Int32Array(), others: people };
  return { badOnes: people.filter((n) => bad.has(n)), others: people.filter((n) => !bad.has(n)) };
}
