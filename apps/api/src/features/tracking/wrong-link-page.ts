const words = {
  en: {
    title: 'This link does not work',
    text: 'It may have been cut short or changed on its way to you. Nothing was done.',
    way: 'Go to your pages',
  },
  'zh-CN': {
    title: '此链接无法使用',
    text: '链接可能在发送途中被截断或改动。系统没有进行任何操作。',
    way: '前往您的页面',
  },
};

/** The page behind a link that is none of ours, in the reader's language, with a way to the portal. */
export function wrongLinkPage(portalUrl: string, acceptedLanguages: string | undefined): string {
  const language = /^\s*zh\b/i.test(acceptedLanguages ?? '') ? 'zh-CN' : 'en';
  const { title, text, way } = words[language];
  const href = `${portalUrl}/`.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${title}</title>
<style>body { font: 18px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem; }</style>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="${href}">${way}</a></p>
</html>
`;
}
