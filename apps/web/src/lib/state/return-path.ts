/**
 * A path of our own to go back to, or null. Anything that a browser could read as another site ('//evil.test',
 * '/\\evil.test', 'https:…') is refused: the value comes from the address, so anybody may have written it.
 */
export function safeReturnPath(value: string | null | undefined): string | null {
  if (!value || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(value)) return null;
  return value;
}

/** The sign-in page of a room, leading back to where the reader was. */
export function signInAddress(kind: 'member' | 'staff', from: URL): string {
  const home = kind === 'staff' ? '/staff' : '/';
  const base = kind === 'staff' ? '/staff/sign-in' : '/sign-in';
  const path = from.pathname + from.search;
  return path === home ? base : `${base}?returnTo=${encodeURIComponent(path)}`;
}
