import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { importKinds, type ImportKind } from '@aftercare/domain';
import { csvHeader, csvLines, inventBook, type SampleOptions } from './sample-book.js';

/** A file that was written, and how many rows it has. */
export interface SampleFile {
  path: string;
  rows: number;
}

const writeAtOnce = 262_144;

/** Writes a sample book as import files into a folder. Holds one household at a time, whatever the book's size. */
export async function writeSampleFiles(
  options: SampleOptions,
  folder: string,
): Promise<Record<ImportKind, SampleFile>> {
  mkdirSync(folder, { recursive: true });
  const files = importKinds.map((kind) => ({
    kind,
    path: join(folder, `${kind}.csv`),
    rows: 0,
    pending: csvHeader(kind),
    stream: createWriteStream(join(folder, `${kind}.csv`)),
  }));
  const endings = files.map(({ stream }) => finished(stream));
  // A full disk ends the writing below; without this it would end the process first.
  const failed = Promise.all(endings).catch(() => undefined);
  for (const household of inventBook(options)) {
    for (const file of files) {
      file.pending += csvLines(file.kind, household[file.kind]);
      file.rows += household[file.kind].length;
      if (file.pending.length < writeAtOnce) continue;
      if (!file.stream.write(file.pending)) await Promise.race([once(file.stream, 'drain'), failed]);
      file.pending = '';
      if (file.stream.destroyed) await Promise.all(endings);
    }
  }
  for (const file of files) file.stream.end(file.pending);
  await Promise.all(endings);
  return Object.fromEntries(files.map(({ kind, path, rows }) => [kind, { path, rows }])) as Record<
    ImportKind,
    SampleFile
  >;
}
