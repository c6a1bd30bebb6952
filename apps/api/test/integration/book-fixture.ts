import { Readable } from 'node:stream';
import type { ImportKind } from '@aftercare/domain';
import { BookImportService } from '../../src/features/book/book-import.service.js';
import { CustomerMergeRepository } from '../../src/features/book/customer-merge.repository.js';
import { EventMergeRepository } from '../../src/features/book/event-merge.repository.js';
import { PolicyClocksRepository } from '../../src/features/book/policy-clocks.repository.js';
import { ImportStageRepository } from '../../src/features/book/import-stage.repository.js';
import { ImportsRepository } from '../../src/features/book/imports.repository.js';
import type { ImportRequest, ImportResult } from '../../src/features/book/imports.types.js';
import { InstalmentMergeRepository } from '../../src/features/book/instalment-merge.repository.js';
import { PolicyMergeRepository } from '../../src/features/book/policy-merge.repository.js';
import { AuditRepository } from '../../src/platform/audit/audit.repository.js';
import { AuditService } from '../../src/platform/audit/audit.service.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { SettableClock } from '../support/settable-clock.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

export interface Reject {
  line: number;
  column: string;
  value: string;
  code: string;
  message: string;
}

/** A book of its own in a fresh database, and what the tests do with it. */
export class BookFixture {
  readonly clock = new SettableClock('2026-11-22T09:00:00Z');
  readonly imports: ImportsRepository;
  readonly service: BookImportService;

  private constructor(readonly database: TestDatabase) {
    const { dataSource } = database;
    const stage = new ImportStageRepository();
    const clocks = new PolicyClocksRepository();
    this.imports = new ImportsRepository(dataSource);
    this.service = new BookImportService(
      new Transactions(dataSource),
      this.clock,
      new AuditService(new AuditRepository(dataSource), this.clock),
      this.imports,
      stage,
      new CustomerMergeRepository(stage, clocks),
      new PolicyMergeRepository(stage, clocks),
      new InstalmentMergeRepository(stage, clocks),
      new EventMergeRepository(stage),
    );
  }

  static async open(): Promise<BookFixture> {
    return new BookFixture(await testDatabase());
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** Imports a text or bytes as a file of a kind. */
  import(
    kind: ImportKind,
    file: string | Buffer | Readable | AsyncIterable<Buffer>,
    request: Partial<ImportRequest> = {},
  ): Promise<ImportResult> {
    const bytes = typeof file === 'string' || Buffer.isBuffer(file) ? [Buffer.from(file as string)] : file;
    const source = bytes instanceof Readable ? bytes : Readable.from(bytes);
    return this.service.importFile({
      kind,
      source,
      fileName: `${kind}.csv`,
      dryRun: false,
      startedBy: 'test',
      ...request,
    });
  }

  query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.database.dataSource.query<Row[]>(sql, parameters);
  }

  /** What an import left out, in the order of the rejected-rows file. */
  rejects({ importId }: { importId: string }): Promise<Reject[]> {
    return this.query<Reject>(
      `SELECT line, column_name AS "column", value, code, message FROM import_rejects
        WHERE import_id = $1 ORDER BY reject_no`,
      [importId],
    );
  }
}

/** Counts without the import's id. */
export function countsOf({ received, created, updated, unchanged, rejected }: ImportResult) {
  return { received, created, updated, unchanged, rejected };
}

export const customers = (...ids: string[]): string => `customer_id\n${ids.join('\n')}\n`;
