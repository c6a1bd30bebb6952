import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { importKinds, type ImportKind } from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { csvHeader, csvLines, inventBook, type SampleOptions } from '../../platform/demo/sample-book.js';
import { BookImportService } from './book-import.service.js';
import { ImportsRepository } from './imports.repository.js';

const startedBy = 'sample';
const customers = 2000;

/** Fills an empty book with an invented one, through the same door as any other book. */
@Injectable()
export class SampleBookService {
  constructor(
    private readonly importing: BookImportService,
    private readonly imports: ImportsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Brings in the sample book unless the book has customers of its own. What a start was killed over is made up for
   * by the next one: the same files, of the day on which they were begun.
   */
  async ensure(): Promise<void> {
    const begun = await this.imports.startedBy(startedBy);
    if (begun.length === 0 && (await this.imports.anyCustomer())) return;
    const madeAt = begun[0]?.startedAt ?? this.clock.now().toString();
    const options: SampleOptions = { customers, seed: 'sample', today: madeAt.slice(0, 10) };
    for (const kind of importKinds) {
      if (begun.some((each) => each.kind === kind && each.state === 'done')) continue;
      const source = Readable.from(sampleFile(kind, options), { objectMode: false });
      await this.importing.importFile({
        kind,
        source,
        fileName: `sample-${kind}.csv`,
        dryRun: false,
        startedBy,
      });
    }
  }
}

function* sampleFile(kind: ImportKind, options: SampleOptions): Generator<Buffer> {
  let text = csvHeader(kind);
  for (const household of inventBook(options)) {
    text += csvLines(kind, household[kind]);
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}
