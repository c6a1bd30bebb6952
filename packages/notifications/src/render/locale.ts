import { locales, type Locale } from './render.types.js';

/** Which words a reader gets, and by which tag dates and money are written for them. */
export type ReaderLocale = { words: Locale; format: string };

/** The language a reader's tag gets: Chinese for any `zh…`, else English. Any input is fine. */
export function resolveLocale(tag: string | null | undefined): Locale {
  return readerLocale(tag).words;
}

/**
 * An English reader in Britain gets English words and British dates; a French reader gets English words,
 * and then English dates too, as a sentence in two languages reads like a mistake.
 */
export function readerLocale(tag: string | null | undefined): ReaderLocale {
  const known = read.get(tag ?? '');
  if (known) return known;
  const locale = readTag(tag);
  // Tags come from the book, which may hold any nonsense.
  if (read.size < mostTags) read.set(tag ?? '', locale);
  return locale;
}

// Reading a tag takes longer than rendering a sentence, and a book holds a few dozen of them.
const read = new Map<string, ReaderLocale>();
const mostTags = 1_000;

function readTag(tag: string | null | undefined): ReaderLocale {
  const canonical = canonicalTag(tag ?? '');
  const language = canonical?.split('-')[0];
  const words = locales.find((locale) => locale.split('-')[0] === language) ?? locales[0];
  // The words are simplified Chinese, so the dates are too, for a reader in Hong Kong as well.
  const format = canonical !== null && words === 'en' && language === 'en' ? canonical : words;
  return { words, format };
}

function canonicalTag(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] ?? null;
  } catch {
    return null;
  }
}
