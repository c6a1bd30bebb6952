import { ProblemError, type ProblemPart } from '../../platform/http/problem.js';

/** Why a whole file is refused. A single bad row never is a reason. */
export type RefusalCode =
  | 'empty_file'
  | 'wrong_encoding'
  | 'not_text'
  | 'wrong_delimiter'
  | 'missing_column'
  | 'unknown_column'
  | 'duplicate_column';

/** Refuses a whole file: nothing of it is taken. */
export function refusal(code: RefusalCode, detail: string, errors: ProblemPart[] = []): ProblemError {
  return new ProblemError(code, 400, detail, errors);
}

/** What makes a row unreadable before its cells can be looked at. */
export type RecordFaultCode =
  'record_too_long' | 'cut_off' | 'unclosed_quote' | 'stray_quote' | 'wrong_column_count' | 'not_json';

/** A row of the file, by the line it starts on: its cells, or why they could not be read. */
export type FileRecord<Cells> =
  | { readonly line: number; readonly cells: Cells }
  | { readonly line: number; readonly cells: null; readonly code: RecordFaultCode; readonly message: string };

/** A row longer than this is refused before it is read to its end: no file may take the memory it likes. */
export const longestRecord = 1_048_576;
