import { createWriteStream, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command, CommandRunner, Option } from 'nest-commander';
import { importKinds, type ImportKind } from '@aftercare/domain';
import { BookImportService } from '../features/book/book-import.service.js';
import { ImportsService } from '../features/book/imports.service.js';
import { Config } from '../platform/config/config.js';
import { printJson, say } from './output.js';

@Command({
  name: 'import',
  arguments: '<kind> <file>',
  description: 'Take a file of customers, policies, instalments or events into the book.',
})
export class ImportCommand extends CommandRunner {
  constructor(
    private readonly config: Config,
    private readonly importing: BookImportService,
    private readonly imports: ImportsService,
  ) {
    super();
  }

  async run([kind, file]: string[], options: { dryRun?: boolean; json?: boolean }): Promise<void> {
    if (!isKind(kind!)) {
      const message = `"${kind}" is no kind of file; write one of ${importKinds.join(', ')}.`;
      return this.command.error(message, { code: 'commander.wrongUsage', exitCode: 2 });
    }
    const { importId, ...counts } = await this.importing.importFile({
      kind,
      source: file!,
      fileName: basename(file!),
      dryRun: options.dryRun ?? false,
      startedBy: 'command line',
      onProgress: ({ received }) => say(`${received} rows read`),
    });
    const rejectedFile = counts.rejected > 0 ? await this.writeRejects(kind, importId) : null;
    if (options.json)
      return printJson({ ...counts, rejectedFile, importId, dryRun: options.dryRun ?? false });
    const { received, created, updated, unchanged, rejected } = counts;
    say(
      `${received} rows: ${created} created, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected.` +
        (options.dryRun ? ' Nothing was changed: this was a dry run.' : ''),
    );
    if (rejectedFile) say(`What was wrong with the rejected rows: ${rejectedFile}`);
  }

  @Option({ flags: '--dry-run', description: 'Check and count, and change nothing.' })
  parseDryRun(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }

  private async writeRejects(kind: ImportKind, importId: string): Promise<string> {
    const folder = join(this.config.dataDir, 'imports');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${kind}-${importId}-rejected.csv`);
    await this.imports.readRejects(importId, (csv) => pipeline(csv, createWriteStream(path)));
    return path;
  }
}

function isKind(text: string): text is ImportKind {
  return (importKinds as readonly string[]).includes(text);
}
