import type { locales } from '#lib/paraglide/runtime.js';

/** Languages the app speaks. */
export type Locale = (typeof locales)[number];

/** The language for what a browser or a customer record calls its locale ('zh-Hans-CN', 'en_GB', 'fr'). */
export function nearestLocale(tag: string | null | undefined): Locale {
  return tag && /^zh\b/i.test(tag.replace('_', '-')) ? 'zh-CN' : 'en';
}

/**
 * The tag for Intl: an English reader's own region when the browser tells it, for the order of day and month. Browsers
 * on a bare Unix call themselves 'en-US@posix' or 'C', which Intl throws at, so only a tag that Intl takes is handed on.
 */
export function formatTag(language: Locale, browserTags: readonly string[]): string {
  if (language !== 'en') return language;
  const own = browserTags.map((tag) => tag.replace(/[.@].*$/, '').replaceAll('_', '-'));
  return own.find((tag) => /^en-/i.test(tag) && isTag(tag)) ?? 'en-GB';
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
