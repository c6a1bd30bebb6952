/** One thing wrong with one part of a request. */
export interface ProblemPart {
  path: string;
  code: string;
  message: string;
}

/** A refusal with a stable code and a status, told to the caller as RFC 9457 problem details. */
export class ProblemError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly errors: ProblemPart[] = [],
    /** When it makes sense to ask again. */
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
  }
}

/** The thing asked for is not there, or not there for this caller: the two are not told apart. */
export function notFound(what: string): ProblemError {
  return new ProblemError('not_found', 404, `There is no such ${what}.`);
}
