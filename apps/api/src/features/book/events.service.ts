import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { EventsRepository } from './events.repository.js';
import type { HappenedEvent } from './events.types.js';

/** Notes what happens in Aftercare itself beside what the core system says: campaigns hang on either. */
@Injectable()
export class EventsService {
  constructor(private readonly events: EventsRepository) {}

  /** Records one event, once: one that is there already stays as it is. The customer and the policy must exist. */
  async record(tx: Tx, event: HappenedEvent): Promise<void> {
    await this.events.insert(tx, event);
  }
}
