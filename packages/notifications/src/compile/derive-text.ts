import { convert, type FormatCallback } from 'html-to-text';

/**
 * The text part's program, from the HTML's: the same words and holes, without the looks.
 *
 * @param colon what this language puts between the name of a fact and the fact.
 */
export function deriveText(html: string, colon: string): string {
  const followedBy =
    (tail: string): FormatCallback =>
    (element, walk, builder) => {
      walk(element.children, builder);
      builder.addLiteral(tail);
    };
  const text = convert(html, {
    wordwrap: false,
    formatters: { fact: followedBy(colon), mark: followedBy(' ') },
    selectors: [
      ...['img', 'head', 'div[style*="display:none"]'].map((selector) => ({ selector, format: 'skip' })),
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'a.bare', format: 'inline' },
      { selector: 'table', format: 'block' },
      { selector: 'tr', format: 'block', options: line },
      { selector: 'td', format: 'block', options: line },
      // MJML puts every text and table of ours into a cell with a class of its own: a paragraph.
      ...['t', 'm', 'ink', 'btn'].map((name) => ({
        selector: `td.${name}`,
        format: 'block',
        options: paragraph,
      })),
      { selector: 'td.fact', format: 'fact' },
      { selector: 'td.mark', format: 'mark' },
      ...['value', 'item'].map((name) => ({ selector: `td.${name}`, format: 'inline' })),
    ],
  });
  return text
    .replace(onlyConditions, (conditions) => conditions.trim().replace(/\}\}\s*\{\{/g, '}}\n{{'))
    .replace(/^[^\S\n]+|[^\S\n]+$/gm, '');
}

const line = { leadingLineBreaks: 1, trailingLineBreaks: 1 };
const paragraph = { leadingLineBreaks: 2, trailingLineBreaks: 2 };

/** A line of nothing but conditions; one to a line, Handlebars leaves no empty line in their place. */
const onlyConditions = /^[ \t]*(?:\{\{(?:[#/]|else)[^{}]*\}\}[ \t]*)+$/gm;
