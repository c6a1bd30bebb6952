import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { ImportKind } from '@aftercare/domain';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { ProblemError } from '../../platform/http/problem.js';
import { CustomerMergeRepository } from './customer-merge.repository.js';
import { EventMergeRepository } from './event-merge.repository.js';
import { failureOf } from './import-failure.js';
import { openImportFile } from './import-file.js';
import { StagingLines } from './import-lines.js';
import { ImportStageRepository, type ImportCounts } from './import-stage.repository.js';
import { ImportsRepository } from './imports.repository.js';
import type { ImportProgress, ImportRequest, ImportResult, RunningImport } from './imports.types.js';
import { InstalmentMergeRepository } from './instalment-merge.repository.js';
import type { Merge } from './merge.types.js';
import { PolicyMergeRepository } from './policy-merge.repository.js';

const progressEveryMs = 500;

/** From so many changed rows on, the next statements must not be planned by what was known of the table before. */
const manyRows = 1000;
// Small, because a batch is what is held at a time: rows are read, checked and copied a few hundred at once.
const readAtOnce = 65_536;

/** Takes files of the core system into the book. */
@Injectable()
export class BookImportService {
  private readonly logger = new Logger('Import');
  private readonly merges: Record<ImportKind, Merge>;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly imports: ImportsRepository,
    private readonly stage: ImportStageRepository,
    customers: CustomerMergeRepository,
    policies: PolicyMergeRepository,
    instalments: InstalmentMergeRepository,
    events: EventMergeRepository,
  ) {
    this.merges = { customers, policies, instalments, events };
  }

  /**
   * Imports a file: bytes are read, checked and copied into a staging table as they come in, then compared with the
   * book and merged. All in one transaction: either every good row is in, or none is.
   *
   * @throws ProblemError when nothing was taken, with the reason
   */
  async importFile(request: ImportRequest): Promise<ImportResult> {
    return (await this.start(request)).done;
  }

  /**
   * Begins an import and returns when it has its id.
   *
   * @throws ProblemError when the file cannot be opened
   */
  async start(request: ImportRequest): Promise<RunningImport> {
    const source = await openSource(request);
    return new Promise((resolve, reject) => {
      let onRead = () => {};
      const read = new Promise<void>((settle) => (onRead = settle));
      const onStarted = (importId: string) => resolve({ importId, read, done });
      const done = this.run(request, source, onStarted, onRead);
      done.catch(reject);
    });
  }

  private async run(
    request: ImportRequest,
    source: OpenSource,
    onStarted: (importId: string) => void,
    onRead: () => void,
  ): Promise<ImportResult> {
    let importId: string | null = null;
    try {
      return await this.transactions.run(async (tx) => {
        importId = await this.imports.begin(tx, request, source.bytesTotal);
        onStarted(importId);
        try {
          const counts = await this.take(tx, importId, request, source, onRead);
          return { importId, ...counts };
        } catch (error) {
          // While its lock is still held: else it would look interrupted for as long as this takes.
          await this.enterFailure(importId, failureOf(error));
          throw error;
        }
      });
    } catch (error) {
      const problem = failureOf(error);
      if (problem.status >= 500) this.logger.error(`${problem.code}: ${(error as Error).stack}`);
      // It may be the commit that failed.
      if (importId) await this.enterFailure(importId, problem);
      throw problem;
    }
  }

  /** When the database is gone, the entry stays as it is, and shows as interrupted. */
  private async enterFailure(importId: string, { code, detail }: ProblemError): Promise<void> {
    await this.imports.fail(importId, code, detail).catch(() => undefined);
  }

  private async take(
    tx: Tx,
    importId: string,
    request: ImportRequest,
    source: OpenSource,
    onRead: () => void,
  ): Promise<ImportCounts> {
    const { kind } = request;
    const now = this.clock.now();
    const merge = this.merges[kind];
    const file = await openImportFile(kind, source.bytes);
    const lines = new StagingLines(kind, this.stage.columnsOf(kind), file, now);
    await this.withProgress(
      importId,
      request,
      () => ({ bytesRead: source.bytesRead(), received: lines.received }),
      () => this.stage.fill(tx, kind, merge.identity, lines),
    );
    onRead();
    await this.imports.waitForTurn(tx);
    const context = { columns: new Set(file.columns()), now };
    await this.stage.rejectRepeated(tx, merge.identity);
    await merge.decide(tx, context);
    const counts = await this.stage.count(tx);
    if (!request.dryRun) {
      await merge.apply(tx, context, counts);
      if (counts.created + counts.updated >= manyRows) await this.stage.analyze(tx, merge.tables);
      await merge.settle?.(tx, context);
    }
    if (counts.rejected > 0) await this.stage.keepRejects(tx, importId);
    if (!request.dryRun) {
      const detail = { kind, fileName: request.fileName, ...counts };
      await this.audit.record(tx, {
        actor: request.startedBy,
        action: 'book.imported',
        subject: importId,
        detail,
      });
    }
    // Last, for it locks the entry: until here another connection can write into it that the import failed.
    await this.imports.finish(tx, importId, source.bytesRead(), counts);
    return counts;
  }

  /** Tells how far the work has come, on a connection of its own, while the work goes on. */
  private async withProgress(
    importId: string,
    request: ImportRequest,
    progress: () => ImportProgress,
    work: () => Promise<void>,
  ): Promise<void> {
    let noting: Promise<void> = Promise.resolve();
    const timer = setInterval(() => {
      request.onProgress?.(progress());
      // A note that could not be taken is no harm: the work itself will hear of a lost database.
      noting = noting.then(() => this.imports.noteProgress(importId, progress())).catch(() => undefined);
    }, progressEveryMs);
    try {
      await work();
    } finally {
      clearInterval(timer);
      await noting;
    }
  }
}

interface OpenSource {
  bytes: AsyncIterable<Uint8Array>;
  bytesTotal: number | null;
  bytesRead(): number;
}

async function openSource({ source, bytesTotal }: ImportRequest): Promise<OpenSource> {
  const total = typeof source === 'string' ? await sizeOf(source) : (bytesTotal ?? null);
  // A sender may hang up before the first byte is asked for; the reading below will hear of it.
  if (typeof source !== 'string') source.on('error', () => undefined);
  let read = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    // An upload that is refused half-way is not torn down: its sender is to hear why.
    const stream =
      typeof source === 'string'
        ? createReadStream(source, { highWaterMark: readAtOnce })
        : source.iterator({ destroyOnReturn: false });
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        read += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      const reason = (error as Error).message;
      throw new ProblemError('file_unreadable', 400, `The file could not be read to its end: ${reason}.`);
    }
  }
  return { bytes: counted(), bytesTotal: total, bytesRead: () => read };
}

async function sizeOf(path: string): Promise<number | null> {
  const file = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'it is not there' : error.message;
    throw new ProblemError('file_unreadable', 400, `The file ${path} cannot be opened: ${reason}.`);
  });
  if (file.isDirectory()) throw new ProblemError('file_unreadable', 400, `${path} is a folder.`);
  // A pipe does not say how much will come.
  return file.isFile() ? file.size : null;
}
