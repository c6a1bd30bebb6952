export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

// static/boot.js reads the same key before the first paint.
const storageKey = 'aftercare.theme';

/** Light, dark, or whatever the system says. */
class ThemeState {
  #current = $state<Theme>(
    (document.documentElement.dataset.theme as 'light' | 'dark' | undefined) ?? 'system',
  );

  get current(): Theme {
    return this.#current;
  }

  choose(theme: Theme): void {
    this.#current = theme;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (theme === 'system') localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, theme);
    } catch {
      // Storage is off: the choice holds until the page is left.
    }
  }
}

export const theme = new ThemeState();
