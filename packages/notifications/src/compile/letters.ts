import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lettersFolder, type Letter } from '../render/letter.js';
import { locales, templateNames, type Locale } from '../render/render.types.js';
import type { LetterTrees } from '../render/tree.types.js';
import { assembleMjml, mjmlToHtml } from './assemble.js';
import { deriveText } from './derive-text.js';
import { framed } from './frame.js';
import { parseTemplate } from './parse.js';
import { readTemplate, type TemplateSource } from './template-source.js';
import { putWords } from './words.js';

/**
 * Makes every template ready for use, a file each. The build does so, that no process which sends letters has to
 * know of MJML: it takes a second to load and tens of megabytes to keep.
 */
export async function writeLetters(): Promise<void> {
  mkdirSync(lettersFolder, { recursive: true });
  for (const name of templateNames) {
    const source = readTemplate(name);
    const trees: Partial<Record<Locale, LetterTrees>> = {};
    for (const locale of locales) trees[locale] = await treesOf(source, locale);
    const letter = { hash: source.hash, trees } as Letter;
    writeIfNew(join(lettersFolder, `${name}.json`), JSON.stringify(letter));
  }
}

async function treesOf(source: TemplateSource, locale: Locale): Promise<LetterTrees> {
  const words = source.words[locale];
  const laidOut = await mjmlToHtml(assembleMjml(source, words));
  const text =
    source.text === null ? deriveText(laidOut, putWords('[[colon]]', words)) : putWords(source.text, words);
  return {
    subject: parseTemplate(putWords(source.subject, words)),
    html: parseTemplate(framed(source.frame, laidOut, words)),
    text: parseTemplate(text),
  };
}

/** A process that runs may be reading it. */
function writeIfNew(path: string, content: string): void {
  try {
    if (readFileSync(path, 'utf8') === content) return;
  } catch {
    // It has never been built.
  }
  writeFileSync(path, content);
}
