/** Codes of what can be wrong with a cell of a file. Stable: operators filter rejected files by them. */
export const importCodes = [
  'required',
  'unknown_column',
  'not_text',
  'too_long',
  'control_characters',
  'not_a_choice',
  'internal_event',
  'not_an_integer',
  'negative',
  'too_large',
  'not_a_boolean',
  'not_a_date',
  'no_such_date',
  'date_out_of_range',
  'future_date',
  'not_an_instant',
  'no_such_time',
  'bad_email',
  'unknown_zone',
  'bad_currency',
  'bad_locale',
  'not_json',
  'before_start',
] as const;
export type ImportCode = (typeof importCodes)[number];

/** What is wrong with a cell. `message` goes on from the column's name: "renewal_date: the date … does not exist". */
export class CellProblem {
  constructor(
    readonly code: ImportCode,
    readonly message: string,
  ) {}
}

/** The moment of an import, in the writing that cells are brought into: such texts are compared as they stand. */
export interface ImportClock {
  /** The next day in UTC; somewhere on Earth it has begun. */
  readonly tomorrow: string;
}

/**
 * Reads a cell that is not empty: its value, or what is wrong with it. Returned and not thrown, because wrong rows
 * may come by the million.
 */
export type CellReader<T> = (cell: unknown, clock: ImportClock) => T | CellProblem;
