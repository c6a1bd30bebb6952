import { baseLocale, locales, overwriteGetLocale } from '#lib/paraglide/runtime.js';
import { formatTag, nearestLocale, type Locale } from './tags.ts';

const storageKey = 'aftercare.locale';

/**
 * The language now. Messages read it through paraglide's getLocale, and as it is reactive state every text on the
 * page follows a switch at once.
 */
class LocaleState {
  #current = $state<Locale>(baseLocale);
  #chosen = false;

  constructor() {
    const stored = readStored();
    this.#chosen = stored !== null;
    this.#current = stored ?? nearestLocale(navigator.language);
    overwriteGetLocale(() => this.#current);
    document.documentElement.lang = this.#current;
  }

  get current(): Locale {
    return this.#current;
  }

  /** The tag for Intl. */
  get format(): string {
    return formatTag(this.#current, navigator.languages);
  }

  /** The reader's own choice; kept on this device. */
  choose(locale: Locale): void {
    this.#chosen = true;
    this.#set(locale);
    try {
      localStorage.setItem(storageKey, locale);
    } catch {
      // Storage is off: the choice holds until the page is left.
    }
  }

  /** The language on the customer's record; stands unless the reader has chosen otherwise here. */
  suggest(tag: string | null): void {
    if (tag && !this.#chosen) this.#set(nearestLocale(tag));
  }

  #set(locale: Locale): void {
    this.#current = locale;
    document.documentElement.lang = locale;
  }
}

function readStored(): Locale | null {
  try {
    return locales.find((locale) => locale === localStorage.getItem(storageKey)) ?? null;
  } catch {
    return null;
  }
}

export const locale = new LocaleState();
