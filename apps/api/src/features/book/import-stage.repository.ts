import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { ImportKind } from '@aftercare/domain';
import { copyInto } from '../../platform/database/copy.js';
import type { Tx } from '../../platform/database/tx.js';

/** What became, or would become, of the rows of a file. Every row is in exactly one of the four parts. */
export interface ImportCounts {
  received: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
}

/** The columns of each kind of file in the book's types, in the order in which they are staged. */
const stageColumns: Record<ImportKind, Readonly<Record<string, string>>> = {
  customers: {
    ...{ customer_id: 'text', given_name: 'text', family_name: 'text', email: 'text', phone: 'text' },
    ...{ birth_date: 'date', locale: 'text', time_zone: 'text', region: 'text', postal_code: 'text' },
    ...{ marketing_consent: 'boolean', consent_source: 'text', consent_at: 'timestamptz', agent_id: 'text' },
  },
  policies: {
    ...{ policy_id: 'text', customer_id: 'text', line: 'text', product: 'text', status: 'text' },
    ...{
      start_date: 'date',
      renewal_date: 'date',
      end_date: 'date',
      premium_minor: 'bigint',
      currency: 'text',
    },
    ...{ payment_mode: 'text', sum_insured_minor: 'bigint', previous_premium_minor: 'bigint' },
    ...{ do_not_renew: 'boolean', time_zone: 'text', insured_object: 'jsonb' },
  },
  instalments: {
    ...{
      policy_id: 'text',
      due_date: 'date',
      amount_minor: 'bigint',
      currency: 'text',
      paid_at: 'timestamptz',
    },
  },
  events: {
    ...{
      event_id: 'text',
      type: 'text',
      customer_id: 'text',
      policy_id: 'text',
      at: 'timestamptz',
      data: 'jsonb',
    },
  },
};

/**
 * The table into which a file's rows are copied before they are compared with the book, and the verdict on each.
 * Both are temporary: they are this transaction's alone, are not logged, and are gone when it ends, however it ends.
 */
@Injectable()
export class ImportStageRepository {
  /** The columns of a kind in the order in which {@link fill} wants their values. */
  columnsOf(kind: ImportKind): readonly string[] {
    return Object.keys(stageColumns[kind]);
  }

  /** Copies lines of tab-separated text: line number, faults as JSON, then the columns; an empty field is NULL. */
  async fill(
    tx: Tx,
    kind: ImportKind,
    identity: readonly string[],
    lines: AsyncIterable<Buffer>,
  ): Promise<void> {
    const columns = Object.entries(stageColumns[kind]).map(([name, type]) => `${name} ${type}`);
    await tx.query(`
      CREATE TEMP TABLE import_stage (file_line bigint NOT NULL, faults jsonb, ${columns.join(', ')}) ON COMMIT DROP`);
    await copyInto(tx, `COPY import_stage FROM STDIN (FORMAT text, NULL '')`, streamOf(lines));
    // A million rows are sorted and joined several times: in memory, where there is some.
    await tx.query(`SET LOCAL work_mem = '192MB'`);
    await tx.query(`ANALYZE import_stage (file_line, faults, ${identity.join(', ')})`);
  }

  /** Rejects every row but the first of those that share an identity. */
  async rejectRepeated(tx: Tx, identity: readonly string[]): Promise<void> {
    const key = identity.join(', ');
    const shown = identity.map((column) => `stage.${column}`).join(`, ' ', `);
    // Which identities stand on several good lines, and the first of those lines.
    await tx.query(`
      UPDATE import_stage stage
         SET faults = ${fault(identity[0]!, `concat(${shown})`, 'duplicate_id', `'is already on line ' || repeated.first_line`)}
        FROM (SELECT ${key}, min(file_line) AS first_line FROM import_stage
               WHERE faults IS NULL GROUP BY ${key} HAVING count(*) > 1) repeated
       WHERE (${identity.map((column) => `stage.${column} = repeated.${column}`).join(' AND ')})
         AND stage.faults IS NULL AND stage.file_line > repeated.first_line`);
  }

  /**
   * Keeps the verdict on each good row: `verdicts` selects file_line, fault (null when none), action, and what else
   * the merge wants to know. Rows with a fault are rejected.
   */
  async decide(tx: Tx, verdicts: string, parameters: unknown[] = []): Promise<void> {
    await tx.query(`CREATE TEMP TABLE import_verdict ON COMMIT DROP AS ${verdicts}`, parameters);
    await tx.query('ANALYZE import_verdict');
    await tx.query(`
      UPDATE import_stage stage SET faults = verdict.fault
        FROM import_verdict verdict WHERE verdict.fault IS NOT NULL AND verdict.file_line = stage.file_line`);
  }

  /** Has the database look again at what tables hold. */
  async analyze(tx: Tx, tables: readonly string[]): Promise<void> {
    await tx.query(`ANALYZE ${tables.join(', ')}`);
  }

  async count(tx: Tx): Promise<ImportCounts> {
    const [counts] = await tx.query<[ImportCounts]>(`
      SELECT staged.received, staged.rejected, decided.created, decided.updated, decided.unchanged
        FROM (SELECT count(*) AS received, count(faults) AS rejected FROM import_stage) staged,
             (SELECT count(*) FILTER (WHERE action = 'created')   AS created,
                     count(*) FILTER (WHERE action = 'updated')   AS updated,
                     count(*) FILTER (WHERE action = 'unchanged') AS unchanged
                FROM import_verdict WHERE fault IS NULL) decided`);
    return counts;
  }

  /** Writes down what was wrong with the rejected rows, in the order of the file. */
  async keepRejects(tx: Tx, importId: string): Promise<void> {
    await tx.query(
      `INSERT INTO import_rejects (import_id, line, column_name, value, code, message)
       SELECT $1, stage.file_line, fault.column, fault.value, fault.code, fault.message
         FROM import_stage stage,
              ROWS FROM (jsonb_to_recordset(stage.faults) AS ("column" text, value text, code text, message text))
              WITH ORDINALITY AS fault ("column", value, code, message, place)
        WHERE stage.faults IS NOT NULL
        ORDER BY stage.file_line, fault.place`,
      [importId],
    );
  }
}

/** SQL for the one fault of a row: its column, and expressions for what stood there and what is wrong with it. */
export function fault(column: string, value: string, code: string, message: string): string {
  return `jsonb_build_array(jsonb_build_object('column', '${column}', 'value', coalesce(${value}, ''), 'code', '${code}', 'message', ${message}))`;
}

/**
 * Lines as a stream. Unlike Readable.from it does not wait, when it is torn down, for a line that is still to come:
 * a sender that stalls must not hide that the database is gone.
 */
function streamOf(lines: AsyncIterable<Buffer>): Readable {
  const iterator = lines[Symbol.asyncIterator]();
  return new Readable({
    read() {
      iterator.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, callback) {
      iterator.return?.().catch(() => undefined);
      callback(error);
    },
  });
}
