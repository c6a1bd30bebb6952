/** Longest display name or subject; far beyond any real one, far below any limit of the protocol. */
const longest = 250;

// Control characters, line and paragraph separators end or split a header; bidirectional overrides and
// the like make a name read as something it is not.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** Words of printable ASCII, a space between each two: most lines, and nothing to be done about them. */
const plain = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Text on one line, for a display name or a subject: whatever could begin another header becomes a
 * space, whatever is not a character at all becomes U+FFFD. Encoding is left to the MIME builder.
 */
export function headerText(raw: string): string {
  if (raw.length <= longest && plain.test(raw)) return raw;
  const line = raw.toWellFormed().replace(unprintable, ' ').replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${[...line].slice(0, longest - 1).join('')}…`;
}

/** A word for a structured header of ours: what is not a letter, digit, dot, underscore or hyphen becomes a hyphen. */
export function headerToken(raw: string): string {
  return raw.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 80);
}
