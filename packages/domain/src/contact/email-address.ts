/** RFC 5321: 64 octets before the @, and 254 characters that fit into a path. */
const longestLocalPart = 64;
const longestAddress = 254;

// Letters of any script are let through (RFC 6531); quoted local parts and address literals are not: no
// policyholder has one, and they are how header injection is dressed.
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domainLabel = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;
// The common case, tested first: the general one costs ten times as much.
const plainAddress =
  /^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.[a-z][a-z0-9-]*[a-z0-9]$/i;

/**
 * Whether a mail can be addressed to this text: one name, one domain of two labels or more, nothing else. It does
 * not say that anybody is there. Spaces, commas, brackets, control characters and several addresses are refused.
 */
export function isEmailAddress(text: string): boolean {
  if (text.length > longestAddress) return false;
  const at = text.lastIndexOf('@');
  if (at < 1 || at > longestLocalPart) return false;
  if (plainAddress.test(text)) return true;
  const labels = text.slice(at + 1).split('.');
  const top = labels.at(-1) ?? '';
  return (
    localPart.test(text.slice(0, at)) &&
    labels.length >= 2 &&
    labels.every((label) => domainLabel.test(label)) &&
    !/^\p{N}+$/u.test(top)
  );
}
