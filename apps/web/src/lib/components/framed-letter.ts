const policy = [
  "default-src 'none'",
  'img-src data: https: http:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  "form-action 'none'",
].join('; ');

/**
 * An e-mail's HTML made safe to show in a sandboxed frame: our policy and a `base` that opens links in a new tab stand
 * before anything of the message's own. The message itself is left as it was sent.
 */
export function framedLetter(html: string): string {
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}"><base target="_blank"><meta name="referrer" content="no-referrer">`;
  const doctype = /^\s*<!doctype[^>]*>/i.exec(html)?.[0] ?? '';
  return `${doctype}${head}${html.slice(doctype.length)}`;
}
