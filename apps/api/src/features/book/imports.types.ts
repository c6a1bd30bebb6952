import type { Readable } from 'node:stream';
import type { ImportKind } from '@aftercare/domain';
import type { ImportCounts } from './import-stage.repository.js';

/** A file to be imported. */
export interface ImportRequest {
  kind: ImportKind;
  /** The file's path, or its bytes as they come in. */
  source: string | Readable;
  fileName: string;
  /** Counts and rejects as an import would, and changes nothing. */
  dryRun: boolean;
  /** A staff member's id, `command line` or `system`. */
  startedBy: string;
  /** How many bytes a stream will give, where that is known. */
  bytesTotal?: number | null;
  onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  bytesRead: number;
  received: number;
}

export interface ImportResult extends ImportCounts {
  importId: string;
}

/** An import under way. Its row can be read by its id from the beginning. */
export interface RunningImport {
  importId: string;
  /** Resolves when the file was read to its end; what follows is the database's work alone. */
  read: Promise<void>;
  /** Resolves when the book has the rows; rejects with a ProblemError when none of them got in. */
  done: Promise<ImportResult>;
}
