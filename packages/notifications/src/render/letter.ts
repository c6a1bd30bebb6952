import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale, TemplateName } from './render.types.js';
import type { LetterTrees } from './tree.types.js';

/** Where the build puts letters, for the sources and for what is built of them alike. */
export const lettersFolder = join(import.meta.dirname, '..', '..', 'dist', 'letters');

/** A template as the build has made it ready: see compile/letters.ts. */
export type Letter = {
  /** SHA-256 over the files that it was made of. */
  hash: string;
  trees: Readonly<Record<Locale, LetterTrees>>;
};

export function readLetter(name: TemplateName): Letter {
  return JSON.parse(readFileSync(join(lettersFolder, `${name}.json`), 'utf8')) as Letter;
}
