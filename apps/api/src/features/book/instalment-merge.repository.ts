import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { PolicyClocksRepository } from './policy-clocks.repository.js';
import { fault, ImportStageRepository, type ImportCounts } from './import-stage.repository.js';
import { nextValues, type Merge, type MergeContext } from './merge.types.js';

const columns = ['amount_minor', 'currency', 'paid_at'];

/** Instalments: what is owed on a policy, day by day. */
@Injectable()
export class InstalmentMergeRepository implements Merge {
  readonly identity = ['policy_id', 'due_date'];
  readonly tables = ['instalments'];

  constructor(
    private readonly stage: ImportStageRepository,
    private readonly clocks: PolicyClocksRepository,
  ) {}

  async decide(tx: Tx, context: MergeContext): Promise<void> {
    const values = Object.values(nextValues(columns, context, 'instalment')).join(', ');
    const book = columns.map((column) => `instalment.${column}`).join(', ');
    await this.stage.decide(
      tx,
      `SELECT stage.file_line,
              CASE WHEN policy.policy_id IS NULL AND instalment.policy_id IS NULL
                   THEN ${fault('policy_id', 'stage.policy_id', 'unknown_policy', `'is no policy of the book; import the policies first'`)}
              END AS fault,
              CASE WHEN instalment.policy_id IS NULL THEN 'created'
                   WHEN (${values}) IS DISTINCT FROM (${book}) THEN 'updated' ELSE 'unchanged' END AS action
         FROM import_stage stage
         LEFT JOIN instalments instalment
                ON instalment.policy_id = stage.policy_id AND instalment.due_date = stage.due_date
         LEFT JOIN policies policy ON policy.policy_id = stage.policy_id AND instalment.policy_id IS NULL
        WHERE stage.faults IS NULL`,
    );
  }

  async apply(tx: Tx, context: MergeContext, counts: ImportCounts): Promise<void> {
    if (counts.created + counts.updated === 0) return;
    const values = nextValues(columns, context, 'instalment');
    await tx.query(`
      INSERT INTO instalments (policy_id, due_date, ${columns.join(', ')})
      SELECT stage.policy_id, stage.due_date, ${columns.map((column) => `stage.${column}`).join(', ')}
        FROM import_stage stage JOIN import_verdict verdict ON verdict.file_line = stage.file_line
       WHERE verdict.action = 'created' AND verdict.fault IS NULL`);
    await tx.query(`
      UPDATE instalments instalment
         SET ${Object.entries(values)
           .map(([column, value]) => `${column} = ${value}`)
           .join(', ')}
        FROM import_stage stage JOIN import_verdict verdict ON verdict.file_line = stage.file_line
       WHERE verdict.action = 'updated' AND verdict.fault IS NULL
         AND instalment.policy_id = stage.policy_id AND instalment.due_date = stage.due_date`);
  }

  async settle(tx: Tx): Promise<void> {
    await this.clocks.settleGrace(
      tx,
      `SELECT stage.policy_id FROM import_stage stage JOIN import_verdict verdict ON verdict.file_line = stage.file_line
        WHERE verdict.fault IS NULL AND verdict.action <> 'unchanged'`,
    );
  }
}
