/**
 * Handlebars escapes for HTML text and quoted values. A link needs more (its scheme), and in a style no
 * escaping helps, so only what we derive ourselves may stand there.
 */
export function checkContexts(html: string): void {
  for (const [attribute, name, value = ''] of html.matchAll(/\s(href|src|action|background)="([^"]*)"/g)) {
    if (value.includes('{{') && !/^(mailto:\{\{brand\.contactEmail\}\}|\{\{url [^{}]+\}\})$/.test(value)) {
      throw new SyntaxError(`Write {{url …}} in ${name}, alone: ${attribute}`);
    }
  }
  const styles = [
    ...html.matchAll(/\sstyle="([^"]*)"/g),
    ...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g),
  ];
  for (const [, style = ''] of styles) {
    const free = style.replace(/\{\{((?:@root\.)?theme\.\w+|[#/](if|unless)[^{}]*|else)\}\}/g, '');
    if (free.includes('{{')) throw new SyntaxError(`Only {{theme.…}} may stand in a style: ${style}`);
  }
}
