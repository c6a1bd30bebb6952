/**
 * Small letters for comparing without regard to capitals, one character at a time and without regard to its
 * neighbours: what PostgreSQL's `lower(x COLLATE "pg_c_utf8")` does, so that both readers of a rule agree.
 * JavaScript alone would turn İ into two characters, and a Σ at the end of a word into ς. Compared on every
 * character there is: PostgreSQL 18 and Node 24 differ on 28 letters that only the newer Unicode of Node has.
 */
export function foldCase(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII, all of it
  if (/^[\u0000-\u007f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => (character === 'İ' ? 'i' : character.toLowerCase())).join('');
}
