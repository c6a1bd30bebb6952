import { Injectable } from '@nestjs/common';
import {
  contactHours,
  hoursOfContact,
  dayNumber,
  type ContactHours,
  type PlaceLimits,
  type RegionTiming,
} from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { numbersOf } from './numbers.js';

/** How often and when people may be written to. */
export interface Limits {
  places: PlaceLimits;
  timingOf: (region: string | null) => RegionTiming;
}

/** People contacted on one day. */
export interface EarlierContacts {
  day: number;
  people: Int32Array;
}

/** The limits of contact, and what has been used of them. */
@Injectable()
export class LimitsRepository {
  /** @param from civil date: the hours that regions' laws leave are those of this day */
  async load(tx: Tx, from: string): Promise<Limits> {
    const [row] = await tx.query<
      { contacts: number; days: number; countsService: boolean; opens: string; closes: string }[]
    >(
      `SELECT cap_contacts AS contacts, cap_days AS days, cap_counts_service AS "countsService", opens, closes
       FROM contact_limits`,
    );
    const { contacts, days, countsService, ...house } = row!;
    const closed = await tx.query<{ region: string; day: string }[]>(
      'SELECT region, day FROM no_contact_days',
    );
    const known = new Map<string, RegionTiming>();
    return {
      places: { cap: { contacts, days }, countsService },
      timingOf: (region) => {
        const hours = hoursOfContact(house, contactHours(region, from)?.value ?? null);
        const closedDays = closed.filter((each) => covers(each.region, region)).map(({ day }) => day);
        // Regions where the same holds share one timing, so that it is asked about once.
        const key = JSON.stringify([hours, closedDays]);
        const timing = known.get(key) ?? {
          hours: hours satisfies ContactHours,
          closedDays: new Set(closedDays),
        };
        known.set(key, timing);
        return timing;
      },
    };
  }

  /** Contacts of the days before a day that take places still, in the order of days. */
  async earlier(tx: Tx, before: string): Promise<EarlierContacts[]> {
    const rows = await tx.query<{ date: string; people: Buffer }[]>(
      `SELECT contact_on AS date, string_agg(int4send(n), ''::bytea) AS people
       FROM (SELECT DISTINCT d.contact_on, person.n, coalesce(d.message_id, d.delivery_id::text)
             FROM contact_limits limits
             JOIN deliveries d ON d.contact_on < $1 AND d.contact_on > $1::date - limits.cap_days
              AND d.chunk_id IS NOT NULL AND d.state IN ('planned', 'sending', 'sent', 'in_doubt')
              AND (d.class = 'marketing' OR d.class = 'service' AND limits.cap_counts_service)
             JOIN simulated_people person USING (customer_id)) contact
       GROUP BY contact_on ORDER BY contact_on`,
      [before],
    );
    return rows.map(({ date, people }) => ({ day: dayNumber(date), people: numbersOf(people) }));
  }
}

/** A no-contact day of a country holds in its provinces as well. */
function covers(closed: string, region: string | null): boolean {
  return closed === '*' || (region !== null && `${region.toUpperCase()}-`.startsWith(`${closed}-`));
}
