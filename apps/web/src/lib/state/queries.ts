import { MutationCache, QueryCache, QueryClient } from '@tanstack/svelte-query';
import { goto } from '$app/navigation';
import { ApiProblem } from '#lib/api/problem.ts';
import { signInAddress } from './return-path.ts';
import { session } from './session.svelte.ts';

/** A session that has ended leads to the sign-in page of the room one is in, and from there back. */
function leaveWhenSignedOut(error: unknown): void {
  if (!(error instanceof ApiProblem) || error.code !== 'not_signed_in') return;
  session.forget();
  const kind = location.pathname.startsWith('/staff') ? 'staff' : 'member';
  void goto(signInAddress(kind, new URL(location.href)), { replace: true });
}

/** The app's one cache of answers. Only what may pass by itself is tried again: no answer, or a server's failure. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => {
        const passing = !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;
        return passing && count < 1;
      },
      retryDelay: 800,
    },
  },
});
