import { Injectable } from '@nestjs/common';
import { everyTopic } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { ImportStageRepository, type ImportCounts } from './import-stage.repository.js';
import type { Merge, MergeContext } from './merge.types.js';
import { PolicyClocksRepository } from './policy-clocks.repository.js';

/** The columns of the book, by the columns of the file. */
const bookColumns: Readonly<Record<string, string>> = {
  given_name: 'given_name',
  family_name: 'family_name',
  email: 'email',
  phone: 'phone',
  birth_date: 'birth_date',
  locale: 'locale',
  time_zone: 'time_zone',
  region: 'region',
  postal_code: 'postal_code',
  agent_id: 'agent_id',
  marketing_consent: 'core_consent',
  consent_source: 'core_consent_source',
  consent_at: 'core_consent_at',
};

/** Customers, and what the core system says of their consent to marketing. */
@Injectable()
export class CustomerMergeRepository implements Merge {
  readonly identity = ['customer_id'];
  readonly tables = ['customers', 'consent_events', 'consent_state'];

  constructor(
    private readonly stage: ImportStageRepository,
    private readonly clocks: PolicyClocksRepository,
  ) {}

  async decide(tx: Tx, context: MergeContext): Promise<void> {
    const given = this.given(context);
    const consent = given.filter(([, column]) => column.startsWith('core_'));
    await this.stage.decide(
      tx,
      `SELECT stage.file_line, NULL::jsonb AS fault,
              CASE WHEN customer.customer_id IS NULL THEN 'created'
                   WHEN ${differs(given)} THEN 'updated' ELSE 'unchanged' END AS action,
              -- A statement that was heard before is no news: it must not undo what the customer chose since.
              stage.marketing_consent IS NOT NULL AND (customer.customer_id IS NULL OR ${differs(consent)})
                AS consent_is_news,
              ${context.columns.has('region') ? 'stage.region IS DISTINCT FROM customer.region' : 'false'} AS moved
         FROM import_stage stage
         LEFT JOIN customers customer ON customer.customer_id = stage.customer_id
        WHERE stage.faults IS NULL`,
    );
  }

  async apply(tx: Tx, context: MergeContext, counts: ImportCounts): Promise<void> {
    if (counts.created + counts.updated === 0) return;
    const given = this.given(context);
    await tx.query(`
      INSERT INTO customers (customer_id${given.map(([, column]) => `, ${column}`).join('')})
      SELECT stage.customer_id${given.map(([column]) => `, stage.${column}`).join('')}
        FROM import_stage stage JOIN import_verdict verdict ON verdict.file_line = stage.file_line
       WHERE verdict.action = 'created'`);
    if (given.length > 0) {
      await tx.query(`
        UPDATE customers customer
           SET ${given.map(([column, book]) => `${book} = stage.${column}`).join(', ')}, updated_at = now()
          FROM import_stage stage JOIN import_verdict verdict ON verdict.file_line = stage.file_line
         WHERE verdict.action = 'updated' AND customer.customer_id = stage.customer_id`);
    }
    if (context.columns.has('marketing_consent')) await this.hearConsents(tx, context);
  }

  /** Other rules hold for the policies of those whose region is another now. */
  async settle(tx: Tx, context: MergeContext): Promise<void> {
    if (!context.columns.has('region')) return;
    const policies = `
      SELECT policy.policy_id
        FROM import_stage stage
        JOIN import_verdict verdict ON verdict.file_line = stage.file_line
        JOIN policies policy ON policy.customer_id = stage.customer_id
       WHERE verdict.action = 'updated' AND verdict.moved`;
    await this.clocks.settleGrace(tx, policies);
    await this.clocks.settleCoolingOff(tx, context.now, policies);
  }

  /**
   * Writes down what the file says of consent where the domain accepts it, see acceptImportedConsent: what stands
   * already is no news; consent is lowered always, and raised over the customer's own choice only by a later one.
   * The rule is asked once more of the row as it stands when it is written: the customer may choose meanwhile.
   */
  private async hearConsents(tx: Tx, context: MergeContext): Promise<void> {
    await tx.query(
      `WITH said AS (
         SELECT stage.customer_id, stage.marketing_consent AS granted,
                -- A time to come says nothing of when consent was given: it counts as none.
                CASE WHEN stage.consent_at <= $2 THEN stage.consent_at END AS consent_at,
                coalesce(stage.consent_source, 'import') AS source
           FROM import_stage stage JOIN import_verdict verdict ON verdict.file_line = stage.file_line
          WHERE verdict.consent_is_news
       ), own_choice AS (
         SELECT event.customer_id, max(event.at) AS at
           FROM consent_events event
          WHERE event.by_customer AND event.topic = $1
          GROUP BY event.customer_id
       ), written AS (
         INSERT INTO consent_state AS state (customer_id, topic, granted, source, by_customer, at)
         SELECT said.customer_id, $1, said.granted, said.source, false, coalesce(said.consent_at, $2::timestamptz)
           FROM said
           LEFT JOIN consent_state before ON before.customer_id = said.customer_id AND before.topic = $1
           LEFT JOIN own_choice ON own_choice.customer_id = said.customer_id
          WHERE said.granted IS DISTINCT FROM before.granted
            AND (NOT said.granted OR own_choice.at IS NULL OR said.consent_at > own_choice.at)
         ON CONFLICT (customer_id, topic) DO UPDATE
            SET granted = excluded.granted, source = excluded.source, by_customer = false, at = excluded.at
          WHERE state.granted <> excluded.granted
            AND (NOT excluded.granted OR NOT state.by_customer OR excluded.at > state.at)
         RETURNING customer_id, topic, granted, source, by_customer, at
       )
       INSERT INTO consent_events (customer_id, topic, granted, source, by_customer, at)
       SELECT customer_id, topic, granted, source, by_customer, at FROM written`,
      [everyTopic, context.now.toString()],
    );
  }

  /** Pairs of a file's column and the book's, of the columns that the file speaks of. */
  private given(context: MergeContext): [string, string][] {
    return Object.entries(bookColumns).filter(([column]) => context.columns.has(column));
  }
}

function differs(pairs: readonly [string, string][]): string {
  if (pairs.length === 0) return 'false';
  const stage = pairs.map(([column]) => `stage.${column}`).join(', ');
  const book = pairs.map(([, column]) => `customer.${column}`).join(', ');
  return `(${stage}) IS DISTINCT FROM (${book})`;
}
