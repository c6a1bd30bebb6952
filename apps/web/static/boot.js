// Runs before the first paint. The same keys are read in lib/state/theme.svelte.ts and lib/i18n/locale.svelte.ts.
(() => {
  const root = document.documentElement;
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is off: the system's own choice stands
    }
  };
  const theme = read('aftercare.theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const locale = read('aftercare.locale') ?? navigator.language;
  root.lang = /^zh(?![a-z])/i.test(locale) ? 'zh-CN' : 'en';
})();
