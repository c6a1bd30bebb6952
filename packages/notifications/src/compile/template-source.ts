import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { locales, type Locale, type TemplateName } from '../render/render.types.js';
import type { Words } from './words.js';

/** In the sources, whether they or what is built of them is running. */
const folder = join(import.meta.dirname, '..', '..', 'src', 'templates');
const shared = 'layout';

/** What shapes a message, as read from the template's folder and the shared layout. */
export type TemplateSource = {
  /** Over every file below. */
  hash: string;
  subject: string;
  body: string;
  /** Written by hand; null where it is derived from the body. */
  text: string | null;
  layout: string;
  /** The document around what the layout makes. */
  frame: string;
  /** Pieces that a body may take in, by file name. */
  pieces: Readonly<Record<string, string>>;
  words: Readonly<Record<Locale, Words>>;
};

/** Throws when a file or a language is missing: that is a fault of the build, not of a message. */
export function readTemplate(name: TemplateName): TemplateSource {
  const own = readFolder(name);
  const common = readFolder(shared);
  const file = (files: Map<string, string>, path: string) => {
    const content = files.get(path);
    if (content === undefined) throw new Error(`The template ${name} lacks ${path}.`);
    return content;
  };
  const wordsOf = (locale: Locale): Words => {
    const parts = [common, own].map((files) => JSON.parse(file(files, `${locale}.json`)) as Words);
    return Object.assign({}, ...parts) as Words;
  };
  return {
    hash: contentHash([common, own]),
    subject: file(own, 'subject.hbs'),
    body: file(own, 'body.mjml'),
    text: own.get('text.hbs') ?? null,
    layout: file(common, 'layout.mjml'),
    frame: file(common, 'frame.hbs'),
    pieces: Object.fromEntries(
      [...common]
        .filter(([path]) => path.endsWith('.mjml'))
        .map(([path, content]) => [path.slice(0, -5), content]),
    ),
    words: Object.fromEntries(locales.map((locale) => [locale, wordsOf(locale)])) as Record<Locale, Words>,
  };
}

function readFolder(name: string): Map<string, string> {
  const paths = readdirSync(join(folder, name)).filter((path) => /\.(hbs|mjml|json)$/.test(path));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, name, path), 'utf8')]));
}

function contentHash(folders: Map<string, string>[]): string {
  const hash = createHash('sha256');
  for (const files of folders) {
    // Lengths keep the end of one file from passing for the start of the next.
    for (const [path, content] of files) hash.update(`${path}\0${content.length}\0${content}`);
  }
  return hash.digest('hex');
}
