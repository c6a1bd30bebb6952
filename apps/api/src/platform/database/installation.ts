import { DatabaseAddress } from './database-address.js';

/** Whom the emergency stop names that a copy comes to by itself. */
const actor = 'Aftercare, at its start';

/**
 * Notes which installation the database belongs to, or finds that it is a copy of another one's: restored from a backup,
 * cloned for a test. A copy would send once more what the original sends, and long past; so all sending is stopped in
 * it, with the reason, until somebody says that it has taken the other's place.
 *
 * @param place what tells this installation from a copy of it, beside the identity of the database server
 * @returns whether it is a copy
 */
export async function holdCopy(url: string, place: string): Promise<boolean> {
  const client = new DatabaseAddress(url).client('aftercare-installation');
  await client.connect();
  try {
    const { rows } = await client.query<{ copy: boolean }>(
      `WITH now_here AS (
         SELECT system_identifier || '/' || current_database() || '/' || $1 AS identity FROM pg_control_system()
       ), noted AS (
         INSERT INTO installation (identity) SELECT identity FROM now_here ON CONFLICT DO NOTHING
       ), known AS (
         SELECT i.identity <> n.identity AS copy, i.identity AS was, n.identity AS is_now FROM installation i, now_here n
       ), stopped AS (
         UPDATE contact_limits
            SET sending_stopped_at = clock_timestamp(), sending_stopped_by = $2,
                sending_stopped_reason = 'This database is a copy: it was made as ' || was || ' and is now ' || is_now
                  || '. If it has taken the place of the other: aftercare sending adopt'
           FROM known
          WHERE copy AND sending_stopped_at IS NULL
       )
       SELECT copy FROM known`,
      [place, actor],
    );
    return rows[0]?.copy ?? false;
  } finally {
    await client.end();
  }
}
