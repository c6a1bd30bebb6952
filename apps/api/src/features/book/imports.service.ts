import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Transactions } from '../../platform/database/transactions.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { ImportsRepository, type ImportFilter } from './imports.repository.js';
import type { Import, ImportPage, ImportQuery } from './imports.schemas.js';

/** What was imported, when, by whom, and what was left out. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly transactions: Transactions,
  ) {}

  async list(query: ImportQuery): Promise<ImportPage> {
    const filter: ImportFilter = { kind: query.kind, state: query.state };
    const after = query.cursor === undefined ? null : decodeCursor(z.uuid(), query.cursor);
    const oldestFirst = query.sort === 'startedAt';
    const [found, total] = await Promise.all([
      this.imports.list(filter, { after, oldestFirst, limit: query.limit + 1 }),
      this.imports.count(filter),
    ]);
    const items = found.slice(0, query.limit);
    const last = found.length > items.length ? items.at(-1) : undefined;
    return { items, nextCursor: last ? encodeCursor(last.importId) : null, total };
  }

  /** @throws ProblemError not_found */
  async get(importId: string): Promise<Import> {
    const found = await this.imports.find(importId);
    if (!found) throw notFound('import');
    return found;
  }

  /** The latest imports, newest first. */
  async latest(limit: number): Promise<Import[]> {
    return this.imports.list({}, { after: null, oldestFirst: false, limit });
  }

  /**
   * Writes the rows that an import left out as CSV: line, column, value, code, message; a line a fault.
   *
   * @param consume reads the stream to its end
   */
  async readRejects(importId: string, consume: (csv: Readable) => Promise<void>): Promise<void> {
    await this.transactions.run(async (tx) => consume(await this.imports.copyRejects(tx, importId)));
  }
}
