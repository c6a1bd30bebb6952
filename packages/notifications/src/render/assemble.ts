import { convert, type FormatCallback } from 'html-to-text';
import type { TemplateSource } from './template-source.js';
import { putWords, type Words } from './words.js';

const piece = /\[\[> ([\w-]+)\]\]/g;

/** The whole message as MJML in one language, Handlebars still in it. */
export function assembleMjml(source: TemplateSource, words: Words): string {
  const take = (_match: string, name: string): string => {
    const content = name === 'body' ? source.body : source.pieces[name];
    if (content === undefined) throw new SyntaxError(`There is no piece ${name}.mjml in the layout.`);
    return content.replace(piece, take);
  };
  return putWords(source.layout.replace(piece, take), words);
}

/**
 * MJML to HTML, once per template and language. Handlebars passes through it as text, so what comes out is
 * the source of an HTML program. A link that may be counted comes as `{{link …}}`.
 */
export async function mjmlToHtml(mjml: string): Promise<string> {
  // Loaded here because it takes a second, and a process that only imports files never needs it.
  const { default: mjml2html } = await import('mjml');
  const { html, errors } = await mjml2html(mjml, { validationLevel: 'soft', keepComments: true, fonts: {} });
  // A colour that Handlebars will put in is no colour yet.
  const faults = errors.filter(({ message }) => !message.includes('invalid value: {{'));
  if (faults.length > 0)
    throw new SyntaxError(faults.map(({ formattedMessage }) => formattedMessage).join('\n'));
  const compact = html
    .replace(/\n\s+/g, '\n')
    .replace(/\n{2,}/g, '\n')
    // A dot that begins a line has to be doubled on its way, in each message anew, and style sheets are full of them.
    .replaceAll('\n.', '\n .');
  checkContexts(compact);
  return compact.replace(followed, '$1link $2');
}

/** Links that a reader follows and that may be counted: not the ways out of the footer, and no picture. */
const followed = /(\shref="\{\{)url ((?!links\.)[^{}]+\}\}")/g;

/**
 * Handlebars escapes for HTML text and quoted values. A link needs more (its scheme), and in a style no
 * escaping helps, so only what we derive ourselves may stand there.
 */
function checkContexts(html: string): void {
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
