import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ImportKind } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import { copyOut } from '../../platform/database/copy.js';
import type { Tx } from '../../platform/database/tx.js';
import type { ImportCounts } from './import-stage.repository.js';
import type { ImportProgress, ImportRequest } from './imports.types.js';
import type { Import } from './imports.schemas.js';

/** The lock that an import holds as long as its transaction lives, however its process ends. */
const aliveKey = (importId: string) => `hashtextextended('aftercare import ' || ${importId}, 0)`;

/**
 * An import as it is shown. One that says it is running while nobody holds its lock has lost its process, and with
 * it everything it had not committed.
 */
const shown = `
  SELECT import.*,
         CASE WHEN import.state = 'running' AND alive.pid IS NULL THEN 'failed' ELSE import.state END AS shown_state,
         CASE WHEN import.state = 'running' AND alive.pid IS NULL THEN 'interrupted' ELSE import.error_code END AS shown_error
    FROM imports import
    LEFT JOIN LATERAL (
           SELECT pid FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objsubid = 1
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (classid::bigint << 32 | objid::bigint) = ${aliveKey('import.import_id::text')}
            LIMIT 1
         ) alive ON import.state = 'running'`;

interface ImportRow {
  import_id: string;
  kind: ImportKind;
  file_name: string;
  dry_run: boolean;
  bytes_total: number | null;
  bytes_read: number;
  received: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  error_detail: string | null;
  started_by: string;
  started_at: Date;
  finished_at: Date | null;
  shown_state: Import['state'];
  shown_error: string | null;
}

export interface ImportFilter {
  kind?: ImportKind | undefined;
  state?: Import['state'] | undefined;
}

/** The register of imports, and what they rejected. */
@Injectable()
export class ImportsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Enters a new import. Its lock is taken by the transaction that will do the work before others can see the
   * entry, which is why the two are on different connections.
   */
  async begin(tx: Tx, request: ImportRequest, bytesTotal: number | null): Promise<string> {
    const [{ id }] = await tx.query<[{ id: string }]>('SELECT uuidv7() AS id');
    await tx.query(`SELECT pg_advisory_xact_lock(${aliveKey('$1::text')})`, [id]);
    await this.dataSource.query(
      `INSERT INTO imports (import_id, kind, file_name, dry_run, bytes_total, started_by) VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, request.kind, request.fileName, request.dryRun, bytesTotal, request.startedBy],
    );
    return id;
  }

  /** Files of one book are merged one after the other; the next one sees what the last one wrote. */
  async waitForTurn(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('aftercare book', 0))`);
  }

  async noteProgress(importId: string, progress: ImportProgress): Promise<void> {
    await this.dataSource.query(`UPDATE imports SET bytes_read = $2, received = $3 WHERE import_id = $1`, [
      importId,
      progress.bytesRead,
      progress.received,
    ]);
  }

  /** Closes an import in the transaction that holds its work: the one is true exactly when the other is. */
  async finish(tx: Tx, importId: string, bytesRead: number, counts: ImportCounts): Promise<void> {
    await tx.query(
      `UPDATE imports SET state = 'done', bytes_read = $2, received = $3, created = $4, updated = $5, unchanged = $6,
              rejected = $7, finished_at = clock_timestamp()
        WHERE import_id = $1`,
      [
        ...[importId, bytesRead, counts.received, counts.created],
        ...[counts.updated, counts.unchanged, counts.rejected],
      ],
    );
  }

  async fail(importId: string, code: string, detail: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE imports SET state = 'failed', error_code = $2, error_detail = $3, finished_at = clock_timestamp()
        WHERE import_id = $1 AND state = 'running'`,
      [importId, code, detail],
    );
  }

  async find(importId: string): Promise<Import | null> {
    const [row] = await this.dataSource.query<ImportRow[]>(`${shown} WHERE import.import_id = $1`, [
      importId,
    ]);
    return row ? toImport(row) : null;
  }

  /** A page of imports, by the time they were started; ids carry it. */
  async list(
    filter: ImportFilter,
    page: { after: string | null; oldestFirst: boolean; limit: number },
  ): Promise<Import[]> {
    const rows = await this.dataSource.query<ImportRow[]>(
      `SELECT * FROM (${shown}) listed
        WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR shown_state = $2)
          AND ($3::uuid IS NULL OR import_id ${page.oldestFirst ? '>' : '<'} $3)
        ORDER BY import_id ${page.oldestFirst ? '' : 'DESC'}
        LIMIT $4`,
      [filter.kind ?? null, filter.state ?? null, page.after, page.limit],
    );
    return rows.map(toImport);
  }

  /** What somebody has begun to import, oldest first. */
  async startedBy(who: string): Promise<Import[]> {
    const rows = await this.dataSource.query<ImportRow[]>(
      `${shown} WHERE import.started_by = $1 ORDER BY import.import_id`,
      [who],
    );
    return rows.map(toImport);
  }

  async anyCustomer(): Promise<boolean> {
    return (await this.dataSource.query<unknown[]>('SELECT FROM customers LIMIT 1')).length > 0;
  }

  async count(filter: ImportFilter): Promise<number> {
    const [{ total }] = await this.dataSource.query<[{ total: number }]>(
      `SELECT count(*) AS total FROM (${shown}) listed
        WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR shown_state = $2)`,
      [filter.kind ?? null, filter.state ?? null],
    );
    return total;
  }

  /** The rejected rows as CSV, a line a fault. The transaction must live until the stream was read. */
  async copyRejects(tx: Tx, importId: string): Promise<Readable> {
    // COPY takes no parameters; the cast refuses whatever is not a uuid.
    const [{ id }] = await tx.query<[{ id: string }]>('SELECT $1::uuid AS id', [importId]);
    return copyOut(
      tx,
      `COPY (SELECT line, column_name AS "column", value, code, message FROM import_rejects
              WHERE import_id = '${id}' ORDER BY reject_no)
         TO STDOUT (FORMAT csv, HEADER)`,
    );
  }
}

function toImport(row: ImportRow): Import {
  const interrupted =
    'The process that ran this import ended before its work was done. Nothing of it was kept.';
  return {
    importId: row.import_id,
    kind: row.kind,
    fileName: row.file_name,
    dryRun: row.dry_run,
    state: row.shown_state,
    bytesTotal: row.bytes_total,
    bytesRead: row.bytes_read,
    received: row.received,
    created: row.created,
    updated: row.updated,
    unchanged: row.unchanged,
    rejected: row.rejected,
    hasRejectedFile: row.rejected > 0,
    error: row.shown_error ? { code: row.shown_error, detail: row.error_detail ?? interrupted } : null,
    startedBy: row.started_by,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
