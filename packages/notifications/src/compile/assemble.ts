import mjml2html from 'mjml';
import { checkContexts } from './contexts.js';
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
