import { client } from './generated/client.gen.ts';
import { ApiProblem, problemFrom } from './problem.ts';

/**
 * Sets the generated client up for this app: our own origin with its session cookie, and one kind of error, an
 * {@link ApiProblem}, whatever went wrong.
 */
export function setUpClient(): void {
  client.setConfig({ credentials: 'same-origin' });
  client.interceptors.error.use((error, response) => {
    if (response) return problemFrom(response.status, error, response.headers.get('retry-after'));
    return error instanceof DOMException && error.name === 'AbortError'
      ? error
      : new ApiProblem('unreachable', 0, null);
  });
}

/** A list's view as its API query: what is empty is left out, and the API itself judges the rest. */
export function queryOf<Query>(view: Record<string, string>): Query {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== '')) as Query;
}
