/** Nothing in it that a browser would write in another way; a host that could be a number is left to {@link URL}. */
const plain = /^https?:\/\/(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*(?::[1-5]?\d{1,4})?(?:\/[\w~%-][\w.~%-]*)*\/?$/;

/**
 * An address of the web as browsers write it: spaces, line breaks and angle brackets are percent-encoded. null for
 * whatever is none. Every letter has some, mostly plain ones: to parse those takes longer than to see that they are.
 */
export function webAddress(raw: string): string | null {
  if (plain.test(raw)) return raw;
  const url = URL.parse(raw);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
}
