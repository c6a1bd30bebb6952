import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { ownEvents } from './events.repository.js';
import { fault, ImportStageRepository, type ImportCounts } from './import-stage.repository.js';
import { nextValues, type Merge, type MergeContext } from './merge.types.js';

const columns = ['type', 'customer_id', 'policy_id', 'at', 'data'];

/** What happened between a customer and the insurer. */
@Injectable()
export class EventMergeRepository implements Merge {
  readonly identity = ['event_id'];
  readonly tables = ['customer_events'];

  constructor(private readonly stage: ImportStageRepository) {}

  async decide(tx: Tx, context: MergeContext): Promise<void> {
    const values = Object.values(this.valuesOf(context)).join(', ');
    const book = columns.map((column) => `event.${column}`).join(', ');
    await this.stage.decide(
      tx,
      `SELECT stage.file_line,
              CASE WHEN starts_with(stage.event_id, '${ownEvents}')
                   THEN ${fault('event_id', 'stage.event_id', 'internal_event', `'is an id of the events that Aftercare records itself'`)}
                   WHEN stage.customer_id IS NOT NULL AND customer.customer_id IS NULL
                   THEN ${fault('customer_id', 'stage.customer_id', 'unknown_customer', `'is no customer of the book; import the customers first'`)}
                   WHEN stage.policy_id IS NOT NULL AND policy.policy_id IS NULL
                   THEN ${fault('policy_id', 'stage.policy_id', 'unknown_policy', `'is no policy of the book; import the policies first'`)}
              END AS fault,
              CASE WHEN event.event_id IS NULL THEN 'created'
                   WHEN (${values}) IS DISTINCT FROM (${book}) THEN 'updated' ELSE 'unchanged' END AS action,
              policy.customer_id AS policyholder
         FROM import_stage stage
         LEFT JOIN customer_events event ON event.event_id = stage.event_id
         LEFT JOIN customers customer ON customer.customer_id = stage.customer_id
         LEFT JOIN policies policy ON policy.policy_id = stage.policy_id
        WHERE stage.faults IS NULL`,
    );
  }

  async apply(tx: Tx, context: MergeContext, counts: ImportCounts): Promise<void> {
    if (counts.created + counts.updated === 0) return;
    await tx.query(`
      INSERT INTO customer_events (event_id, type, customer_id, policy_id, at, data)
      SELECT stage.event_id, stage.type, coalesce(stage.customer_id, verdict.policyholder), stage.policy_id,
             stage.at, stage.data
        FROM import_stage stage JOIN import_verdict verdict ON verdict.file_line = stage.file_line
       WHERE verdict.action = 'created' AND verdict.fault IS NULL`);
    await tx.query(`
      UPDATE customer_events event
         SET ${Object.entries(this.valuesOf(context))
           .map(([column, value]) => `${column} = ${value}`)
           .join(', ')}
        FROM import_stage stage JOIN import_verdict verdict ON verdict.file_line = stage.file_line
       WHERE verdict.action = 'updated' AND verdict.fault IS NULL AND event.event_id = stage.event_id`);
  }

  /** An event of a policy is its policyholder's, of the day it came in: a later change of hands does not move it. */
  private valuesOf(context: MergeContext): Readonly<Record<string, string>> {
    return {
      ...nextValues(columns, context, 'event'),
      customer_id: 'coalesce(stage.customer_id, event.customer_id)',
    };
  }
}
