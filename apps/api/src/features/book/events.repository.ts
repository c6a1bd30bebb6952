import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import type { HappenedEvent } from './events.types.js';

/** What ids of Aftercare's own events begin with. No file may use it, so that none can change what was seen here. */
export const ownEvents = 'aftercare:';

/** Events that Aftercare notes itself, among those of the files. */
@Injectable()
export class EventsRepository {
  async insert(tx: Tx, { eventId, type, customerId, policyId, at, data }: HappenedEvent): Promise<void> {
    await tx.query(
      `INSERT INTO customer_events (event_id, type, customer_id, policy_id, at, data)
       VALUES ('${ownEvents}' || coalesce($1, uuidv7()::text), $2, $3, $4, $5, $6)
       ON CONFLICT (event_id) DO NOTHING`,
      [eventId ?? null, type, customerId, policyId, at.toString(), data],
    );
  }
}
