import { Injectable } from '@nestjs/common';
import { dateOfDay, dayNumber } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { PlanAheadService, type AheadCalendar } from '../campaigns/plan-ahead.service.js';
import { numbersOf } from './numbers.js';

/** How long people have not heard of us, for the campaigns that wait for it. */
@Injectable()
export class SilenceRepository {
  constructor(private readonly ahead: PlanAheadService) {}

  /**
   * The day since which each person has not heard of us. From then on the table that the planner's statements read
   * belongs to this simulation.
   */
  async since(tx: Tx, calendar: AheadCalendar): Promise<{ day: number; people: Int32Array }[]> {
    await this.ahead.forgetfulSilence(tx, calendar);
    await tx.query('CREATE UNIQUE INDEX ON simulated_people (customer_id)');
    const rows = await tx.query<{ date: string; people: Buffer }[]>(
      `SELECT since AS date, string_agg(int4send(n), ''::bytea) AS people
       FROM (SELECT person.n, coalesce(known.contact_on, (SELECT min(p.start_date) FROM policies p
                                                          WHERE p.customer_id = person.customer_id)) AS since
             FROM simulated_people person LEFT JOIN last_contacts known USING (customer_id)) silence
       WHERE since IS NOT NULL GROUP BY since`,
    );
    return rows.map(({ date, people }) => ({ day: dayNumber(date), people: numbersOf(people) }));
  }

  /** Lets the planner's statements see these people as last contacted on these days, and nobody else. */
  async set(tx: Tx, silent: readonly { person: number; day: number }[]): Promise<void> {
    // Of a whole book only a few have been silent for just so long: from here on they are looked up one by one.
    await tx.query('SET LOCAL enable_nestloop = on; TRUNCATE last_contacts');
    await tx.query(
      `INSERT INTO last_contacts (customer_id, contact_on)
       SELECT person.customer_id, silent.day
       FROM unnest($1::int[], $2::date[]) AS silent (n, day) JOIN simulated_people person USING (n)`,
      [silent.map(({ person }) => person), silent.map(({ day }) => dateOfDay(day))],
    );
    await tx.query('ANALYZE last_contacts');
  }
}
