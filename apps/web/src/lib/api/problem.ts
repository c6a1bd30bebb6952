/** One complaint about one place in what was sent. */
export type FieldProblem = { path: string; code: string; message: string };

/**
 * What an answer that is not a success becomes: the stable `code` decides the words (see words/problems.ts), the
 * request's id lets a person quote it. `unreachable` means no answer came at all.
 */
export class ApiProblem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string | null,
    readonly errors: FieldProblem[] = [],
    readonly requestId: string | null = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(`${code} (${status})${detail ? `: ${detail}` : ''}`);
    this.name = 'ApiProblem';
  }
}

type ProblemBody = {
  code?: string;
  detail?: string;
  requestId?: string;
  errors?: FieldProblem[];
  retryAfterSeconds?: number;
};

/** Makes a problem of an RFC 9457 body; anything else (a proxy's error page, an empty body) becomes one as well. */
export function problemFrom(status: number, body: unknown, retryAfter: string | null): ApiProblem {
  const known: ProblemBody = body !== null && typeof body === 'object' ? body : {};
  const seconds = known.retryAfterSeconds ?? (retryAfter ? Number(retryAfter) : Number.NaN);
  return new ApiProblem(
    known.code ?? (status >= 500 ? 'internal' : status === 404 ? 'not_found' : 'refused'),
    status,
    known.detail ?? null,
    known.errors ?? [],
    known.requestId ?? null,
    Number.isFinite(seconds) ? seconds : null,
  );
}
