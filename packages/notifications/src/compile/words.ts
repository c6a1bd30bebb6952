/** The words of one template in one language, by key; each may itself hold placeholders and Handlebars. */
export type Words = Readonly<Record<string, string>>;

/** `[[key]]`, or `[[prefix.{path}]]`: the word whose key ends in what the data holds at `path`. */
const placeholder = /\[\[([A-Za-z][\w.]*?)(?:\.\{([\w.]+)\})?\]\]/g;
const deepest = 5;

/**
 * Puts words into a source, once, before it is compiled: a message costs no look-up of words, and a word
 * that a language lacks is found when the template is loaded and not when someone should get it.
 */
export function putWords(source: string, words: Words, depth = 0): string {
  if (depth > deepest) throw new SyntaxError('Words refer to each other in a circle.');
  return source.replace(placeholder, (_match, key: string, path: string | undefined) =>
    putWords(path === undefined ? word(words, key) : choice(words, key, path), words, depth + 1),
  );
}

function word(words: Words, key: string): string {
  const found = words[key];
  if (found === undefined) throw new SyntaxError(`There is no word "${key}".`);
  return found;
}

function choices(words: Words, prefix: string): string[] {
  const length = prefix.split('.').length + 1;
  const keys = Object.keys(words).filter(
    (key) => key.startsWith(`${prefix}.`) && key.split('.').length === length,
  );
  if (keys.length === 0) throw new SyntaxError(`There is no word that begins with "${prefix}.".`);
  return keys;
}

function choice(words: Words, prefix: string, path: string): string {
  const branches = choices(words, prefix).map(
    (key) => `if (is ${path} '${key.slice(prefix.length + 1)}')}}${word(words, key)}`,
  );
  // A value without a word ends in an error that names it, as nothing may be left out silently.
  return `{{#${branches.join('{{else ')}{{else}}{{unknown ${path} '${path}'}}{{/if}}`;
}
