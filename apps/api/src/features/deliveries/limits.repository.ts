import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ContactCap, ContactHours } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';

/** How often and when customers may be written to. */
export interface ContactLimits {
  cap: ContactCap;
  /** Service messages take places under the cap as well. */
  capCountsService: boolean;
  hours: ContactHours;
  globalHoldout: number;
}

/** The emergency stop, while it stands. */
export interface SendingStop {
  at: Date;
  /** As the audit log has it: a staff id, or `command line`. */
  by: string;
  /** The same in words: the employee's name. */
  byName: string;
  reason: string;
}

/** A day on which nothing of marketing goes to a region. */
export interface NoContactDay {
  region: string;
  day: string;
  name: string;
}

type Nullable<T> = { [Key in keyof T]: T[Key] | null };
type LimitsRow = ContactLimits & { stop: SendingStop | null };

const columns = `
  json_build_object('contacts', cap_contacts, 'days', cap_days) AS cap, cap_counts_service AS "capCountsService",
  json_build_object('opens', opens, 'closes', closes) AS hours, global_holdout AS "globalHoldout",
  sending_stopped_at AS at, sending_stopped_by AS by, sending_stopped_reason AS reason,
  coalesce((SELECT u.name FROM staff_users u WHERE u.id::text = sending_stopped_by), sending_stopped_by) AS "byName"`;

/** The house's limits of contact, and the stop of all sending: one row of the database. */
@Injectable()
export class LimitsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  get(): Promise<LimitsRow> {
    return this.read(this.dataSource.manager, '');
  }

  /** The limits, held until the transaction ends: who changes them changes what is there. */
  hold(tx: Tx): Promise<LimitsRow> {
    return this.read(tx, 'FOR UPDATE');
  }

  /**
   * Lets one transaction after the other give places under the cap, each knowing those that the ones before it gave.
   * A lock of its own: a stop of all sending must not have to wait for a release.
   */
  async holdPlaces(tx: Tx): Promise<LimitsRow> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('aftercare contact places'))`);
    return this.read(tx, '');
  }

  async set(tx: Tx, { cap, capCountsService, hours, globalHoldout }: ContactLimits): Promise<void> {
    await tx.query(
      `UPDATE contact_limits
          SET cap_contacts = $1, cap_days = $2, cap_counts_service = $3, opens = $4, closes = $5, global_holdout = $6,
              chosen_at = clock_timestamp()`,
      [cap.contacts, cap.days, capCountsService, hours.opens, hours.closes, globalHoldout],
    );
  }

  /** Whether anybody has ever chosen limits. */
  async areChosen(tx: Tx): Promise<boolean> {
    const [row] = await tx.query<[{ chosen: boolean }]>(
      'SELECT chosen_at IS NOT NULL AS chosen FROM contact_limits',
    );
    return row.chosen;
  }

  async setStop(tx: Tx, stop: Pick<SendingStop, 'at' | 'by' | 'reason'> | null): Promise<void> {
    await tx.query(
      `UPDATE contact_limits
          SET sending_stopped_at = $1, sending_stopped_by = $2, sending_stopped_reason = $3`,
      [stop?.at ?? null, stop?.by ?? null, stop?.reason ?? null],
    );
  }

  /** Forgets which installation the database belonged to: the next process that sends notes its own. */
  async forgetInstallation(tx: Tx): Promise<void> {
    await tx.query('DELETE FROM installation');
  }

  /** Days from..to, both included, by day and region. */
  listNoContactDays(tx: Tx | null, from: string, to: string): Promise<NoContactDay[]> {
    return (tx ?? this.dataSource.manager).query<NoContactDay[]>(
      `SELECT region, day, name FROM no_contact_days WHERE day BETWEEN $1 AND $2 ORDER BY day, region`,
      [from, to],
    );
  }

  async putNoContactDay(tx: Tx, { region, day, name }: NoContactDay): Promise<void> {
    await tx.query(
      `INSERT INTO no_contact_days (region, day, name) VALUES ($1, $2, $3)
       ON CONFLICT (region, day) DO UPDATE SET name = excluded.name`,
      [region, day, name],
    );
  }

  /** False when there was no such day. */
  async deleteNoContactDay(tx: Tx, region: string, day: string): Promise<boolean> {
    const gone = await tx.query<unknown[]>(
      `WITH gone AS (DELETE FROM no_contact_days WHERE region = $1 AND day = $2 RETURNING day) SELECT day FROM gone`,
      [region, day],
    );
    return gone.length > 0;
  }

  private async read(tx: Tx, lock: string): Promise<LimitsRow> {
    const [row] = await tx.query<(ContactLimits & Nullable<SendingStop>)[]>(
      `SELECT ${columns} FROM contact_limits ${lock}`,
    );
    if (!row) throw new Error('The row of contact_limits is gone: nothing may be sent without it.');
    const { at, by, byName, reason, ...limits } = row;
    if (at === null) return { ...limits, stop: null };
    return { ...limits, stop: { at, by: by ?? '', byName: byName ?? '', reason: reason ?? '' } };
  }
}
