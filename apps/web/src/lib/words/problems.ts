import { ApiProblem } from '#lib/api/problem.ts';
import { m } from '#lib/paraglide/messages.js';

const words: Record<string, () => string> = {
  unreachable: m.problem_unreachable,
  internal: m.problem_internal,
  unavailable: m.problem_unavailable,
  not_found: m.problem_not_found,
  not_allowed: m.problem_not_allowed,
  not_signed_in: m.problem_not_signed_in,
  link_invalid: m.problem_link_invalid,
  link_expired: m.problem_link_expired,
  link_used: m.problem_link_used,
  wrong_credentials: m.problem_wrong_credentials,
  account_disabled: m.problem_account_disabled,
};

/** What went wrong, for the reader: our own words for a known code, else what the API said about it. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiProblem)) return m.problem_unknown();
  if (error.code === 'rate_limited') {
    return m.problem_rate_limited({ minutes: Math.max(1, Math.ceil((error.retryAfterSeconds ?? 60) / 60)) });
  }
  return words[error.code]?.() ?? error.detail ?? m.problem_unknown();
}
