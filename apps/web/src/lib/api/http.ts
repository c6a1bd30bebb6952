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

type QueryValue = string | number | boolean | null | undefined;
type Options = { query?: Record<string, QueryValue>; body?: unknown; signal?: AbortSignal };

/** The address of an API route; parameters that are null, undefined or empty are left out. */
export function apiUrl(path: string, query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `/api${path}?${text}` : `/api${path}`;
}

/** Calls our own API with the session's cookie and gives back its JSON, or throws an {@link ApiProblem}. */
export async function request<T>(method: 'GET' | 'POST', path: string, options: Options = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path, options.query), {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem('unreachable', 0, null);
  }
  const text = await response.text();
  if (!response.ok) throw problemFrom(response.status, text, response.headers.get('retry-after'));
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** Reads an RFC 9457 body; anything else (a proxy's error page, an empty body) still becomes a problem. */
export function problemFrom(status: number, text: string, retryAfter: string | null): ApiProblem {
  let body: Partial<Record<'code' | 'detail' | 'requestId', string>> & {
    errors?: FieldProblem[];
    retryAfterSeconds?: number;
  } = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed && typeof parsed === 'object') body = parsed;
  } catch {
    // Not ours: the status alone has to do.
  }
  const seconds = body.retryAfterSeconds ?? (retryAfter ? Number(retryAfter) : Number.NaN);
  return new ApiProblem(
    body.code ?? (status >= 500 ? 'internal' : status === 404 ? 'not_found' : 'refused'),
    status,
    body.detail ?? null,
    body.errors ?? [],
    body.requestId ?? null,
    Number.isFinite(seconds) ? seconds : null,
  );
}
