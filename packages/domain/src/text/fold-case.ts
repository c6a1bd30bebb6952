/**
 * Small letters for comparing without regard to capitals, one character at a time and without regard to its
 * neighbours: what PostgreSQL's `lower(x COLLATE "pg_c_utf8")` does, so that both readers of a rule agree.
 * JavaScript alone would turn İ into two characters, and a Σ at the end of a word into ς.
 */
export function foldCase(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII, all of it
  if (/^[\u0000-\u007f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => (character === 'İ' ? 'i' : character.toLowerCase())).join('');
}
