import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request that changes something may come from where it says it comes from. Browsers send
 * `Sec-Fetch-Site` or at least `Origin` with every such request and pages cannot forge either, so another
 * site's page is told by them. A request with neither was not made by a page: it brings no cookie that its
 * sender did not put there.
 *
 * @param publicUrl the platform's own address; a proxy in front may hide it from the `Host` header.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  if (origin === undefined) return true;
  if (origin === new URL(publicUrl).origin) return true;
  return URL.canParse(origin) && headers.host !== undefined && new URL(origin).host === headers.host;
}
