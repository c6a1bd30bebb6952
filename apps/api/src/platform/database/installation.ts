import { DataSource } from 'typeorm';
import { AuditRepository } from '../audit/audit.repository.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { dataSourceOptions } from './data-source.js';
import { DatabaseAddress } from './database-address.js';
import type { Tx } from './tx.js';

/** Whom the emergency stop names that a copy comes to by itself. */
const actor = 'Aftercare, at its start';

/**
 * Notes which installation the database belongs to, or finds that it is a copy of another one's: restored from a backup,
 * cloned for a test. A copy would send once more what the original sends, and long past; so all sending is stopped in
 * it, with the reason, until somebody says that it has taken the other's place. The stop is in the audit log like any other.
 *
 * @param place what tells this installation from a copy of it, beside the identity of the database server
 * @returns whether it is a copy
 */
export async function holdCopy(url: string, place: string): Promise<boolean> {
  const options = { ...dataSourceOptions(new DatabaseAddress(url)), poolSize: 1 };
  const dataSource = await new DataSource(options).initialize();
  const audit = new AuditService(new AuditRepository(dataSource), new Clock());
  try {
    return await dataSource.transaction(async (tx) => {
      const found = await lookWhereWeAre(tx, place);
      // Only by the one that stops it: others start at the same time, or find it stopped already.
      if (found?.reason) {
        const detail = { reason: found.reason };
        await audit.record(tx, { actor: 'system', action: 'sending.stopped', subject: 'sending', detail });
      }
      return found?.copy ?? false;
    });
  } finally {
    await dataSource.destroy();
  }
}

/**
 * A restored database has other numbers of its own and of its tables, though it may lie on the same server under the
 * same name. Null at the first start of all. `reason`: why sending has just been stopped, if it has.
 */
async function lookWhereWeAre(
  tx: Tx,
  place: string,
): Promise<{ copy: boolean; reason: string | null } | null> {
  const [found] = await tx.query<{ copy: boolean; reason: string | null }[]>(
    `WITH now_here AS (
       SELECT system_identifier || '/' || current_database() || '/' || $1 AS identity,
              (SELECT oid::text FROM pg_database WHERE datname = current_database())
                || '/' || 'installation'::regclass::oid::text AS objects
         FROM pg_control_system()
     ), noted AS (
       INSERT INTO installation (identity, objects) SELECT identity, objects FROM now_here
       ON CONFLICT (only_row) DO UPDATE SET objects = excluded.objects WHERE installation.objects IS NULL
     ), known AS (
       SELECT (i.identity, coalesce(i.objects, n.objects)) <> (n.identity, n.objects) AS copy,
              concat_ws('/', i.identity, i.objects) AS was, concat_ws('/', n.identity, n.objects) AS is_now
         FROM installation i, now_here n
     ), stopped AS (
       UPDATE contact_limits
          SET sending_stopped_at = clock_timestamp(), sending_stopped_by = $2,
              sending_stopped_reason = 'This database is a copy: it was made as ' || was || ' and is now ' || is_now
                || '. If it has taken the place of the other: aftercare sending adopt'
         FROM known
        WHERE copy AND sending_stopped_at IS NULL
       RETURNING sending_stopped_reason AS reason
     )
     SELECT copy, (SELECT reason FROM stopped) AS reason FROM known`,
    [place, actor],
  );
  return found ?? null;
}
