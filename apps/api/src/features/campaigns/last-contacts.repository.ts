import { Injectable } from '@nestjs/common';
import { contactEvents, offsetStretches, topicsOfNecessity } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { Tx } from '../../platform/database/tx.js';
import { knownZone } from './step-slots.js';

// A worker writes what it has sent within seconds; rows of this long before are looked at again.
const lateWrites = '10 minutes';

/** Keeps the day on which we were last in touch with each customer. */
@Injectable()
export class LastContactsRepository {
  /**
   * Takes in the events and letters that have come since the last time, whenever they are dated. A contact that was
   * once seen stands, even if its event is corrected later.
   * @param zones of the book
   */
  async refresh(tx: Tx, zones: readonly string[]): Promise<void> {
    const [progress] = await tx.query<[{ eventsUntil: string; sentUntil: string; seen: string }]>(
      // Before anything is read: what another transaction commits meanwhile is read again the next time.
      `SELECT events_until::text AS "eventsUntil", sent_until::text AS "sentUntil",
              pg_snapshot_xmin(pg_current_snapshot())::text AS seen
       FROM last_contacts_progress FOR UPDATE`,
    );
    await this.takeEvents(tx, zones, progress.eventsUntil);
    await this.takeLetters(tx, progress.sentUntil);
    await tx.query(
      `UPDATE last_contacts_progress
       SET events_until = $1::text::xid8,
           sent_until = coalesce((SELECT max(sent_at) - interval '${lateWrites}' FROM deliveries WHERE sent_at > sent_until), sent_until)`,
      [progress.seen],
    );
  }

  private async takeEvents(tx: Tx, zones: readonly string[], since: string): Promise<void> {
    const isNew = `e.recorded_in >= $1::text::xid8 AND e.type = ANY($2::text[]) AND e.customer_id IS NOT NULL`;
    const [range] = await tx.query<[{ from: Date | null; to: Date | null }]>(
      `SELECT min(e.at) AS from, max(e.at) AS to FROM customer_events e WHERE ${isNew}`,
      [since, contactEvents],
    );
    if (range.from === null || range.to === null) return;
    const from = Temporal.Instant.fromEpochMilliseconds(range.from.getTime());
    const to = Temporal.Instant.fromEpochMilliseconds(range.to.getTime() + 1);
    const clocks = zones.flatMap((zone) =>
      offsetStretches(knownZone(zone), from, to).map((stretch) => ({ zone, ...stretch })),
    );
    await tx.query(
      `INSERT INTO last_contacts AS known (customer_id, contact_on)
       SELECT e.customer_id, max((e.at AT TIME ZONE 'UTC' + make_interval(secs => clock.seconds))::date)
       FROM customer_events e
       JOIN customers c ON c.customer_id = e.customer_id
       JOIN unnest($3::text[], $4::timestamptz[], $5::timestamptz[], $6::int[]) AS clock (zone, since, until, seconds)
         ON clock.zone = coalesce(c.time_zone, 'UTC') AND e.at >= clock.since AND e.at < clock.until
       WHERE ${isNew}
       GROUP BY e.customer_id
       ON CONFLICT (customer_id) DO UPDATE SET contact_on = EXCLUDED.contact_on
         WHERE known.contact_on < EXCLUDED.contact_on`,
      [
        since,
        contactEvents,
        clocks.map(({ zone }) => zone),
        clocks.map((clock) => clock.from.toString()),
        clocks.map((clock) => clock.to.toString()),
        clocks.map(({ seconds }) => seconds),
      ],
    );
  }

  private async takeLetters(tx: Tx, since: string): Promise<void> {
    await tx.query(
      `INSERT INTO last_contacts AS known (customer_id, contact_on)
       SELECT d.customer_id, max(d.contact_on)
       FROM deliveries d
       JOIN campaign_versions v ON v.campaign_id = d.campaign_id AND v.version = d.campaign_version
       WHERE d.sent_at > $1 AND d.state = 'sent' AND d.channel = 'email' AND d.topic <> ALL($2::text[])
         AND v.definition -> 'trigger' ->> 'field' IS DISTINCT FROM 'customer.lastContact'
       GROUP BY d.customer_id
       ON CONFLICT (customer_id) DO UPDATE SET contact_on = EXCLUDED.contact_on
         WHERE known.contact_on < EXCLUDED.contact_on`,
      [since, topicsOfNecessity],
    );
  }
}
