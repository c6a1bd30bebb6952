import { checkContexts } from './contexts.js';
import { putWords, type Words } from './words.js';

/** What letters are written in: the reader's system's own typeface. */
const font =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";

/**
 * A letter that MJML has laid out, in its frame: our own head in place of MJML's, and none of what MJML writes for
 * layouts that ours is not. That is half of the octets, and each letter has to be filled in, encoded, kept and sent.
 *
 * @param frame the document around the letter, `[[> letter]]` where the body belongs.
 */
export function framed(frame: string, html: string, words: Words): string {
  const [before = '', after = ''] = putWords(frame, { ...words, font }).split('[[> letter]]');
  const body = html.slice(html.indexOf('<body'), html.indexOf('</html>'));
  checkContexts(before + after);
  return inLines(slim(tight(before + body + after)));
}

/** A line break beside a tag or a condition, and what indents the next line, is the layout's and not the words'. */
function tight(html: string): string {
  return html
    .replace(/(>|\{\{(?:[#/]|else)[^{}]*\}\})\s*\n\s*/g, '$1')
    .replace(/\s*\n\s*(?=<|\{\{(?:[#/]|else))/g, '')
    .replace(/(?<=<style>)[^<]*/g, tightStyles)
    .replace(/<(?![!/])[^<>]*>/g, (tag) =>
      tag
        .replace(/\s*\n\s*/g, ' ')
        .replace(/ {2,}/g, ' ')
        .replace(/ +>$/, '>'),
    );
}

/** In place of what MJML writes, by pattern; each is of no use in letters like ours. */
const needless: readonly (readonly [RegExp, string])[] = [
  // A column stands beside others. Ours is the only one of its section, and as wide.
  [
    /<!--\[if mso \| IE\]><table[^>]*><tr><td[^>]*><!\[endif\]--><div class="mj-column-per-100[^>]*>(<table[^>]*) style="vertical-align:top"/g,
    '$1',
  ],
  [/(<\/table>)<\/div><!--\[if mso \| IE\]><\/td><\/tr><\/table><!\[endif\]-->(<\/td>)/g, '$1$2'],
  // Every parser knows where a table's rows are.
  [/<\/?tbody>/g, ''],
  [/ (?:class|style)=""/g, ''],
];

/** The same of styles, one by one. */
const needlessStyles: readonly (readonly [RegExp, string])[] = [
  // What the layout leaves empty, to do without what MJML would write.
  [/[\w-]+:(?:;|$)/g, ''],
  // What applies anyway, or is said of the cell by an attribute, or once around the whole letter.
  [/(?<![\w-])(?:text-align:left|text-transform:none|cursor:auto|table-layout:auto|border:none)(?:;|$)/g, ''],
  [/(?<![\w-])word-(?:spacing:normal|break:break-word)(?:;|$)/g, ''],
  // Keeps blanks between pieces from being seen, and there are none.
  [/(?<![\w-])font-size:0px;(?=padding:)/g, ''],
  // The shorter word says the same.
  [/background:([^;]+);background-color:\1/g, 'background-color:$1'],
  [/(?<=[:\s])0px/g, '0'],
  [/;$/, ''],
];

function slim(html: string): string {
  return replaced(
    html.replace(/(?<= style=")[^"]*/g, (style) => replaced(style, needlessStyles)),
    needless,
  ).replace(/(?<=role="article"[^>]* style=")/, `font-family:${font};word-break:break-word;`);
}

function replaced(text: string, patterns: typeof needless): string {
  return patterns.reduce((slimmer, [pattern, by]) => slimmer.replace(pattern, by), text);
}

/** A style sheet without what only its writer needs. */
function tightStyles(css: string): string {
  return (
    css
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,>]) ?/g, '$1')
      .replace(/: | (?=!important)/g, (blank) => blank.trim())
      // Handlebars would read three braces as one mark.
      .replace(/(?<!\});\}/g, '}')
      // Two that are no mark of its either shall not look like one.
      .replace(/(?<!\{\{[\w.]+)\}\}/g, '}\n}')
  );
}

/**
 * Lines that mail servers take (998 octets at most), broken where it changes nothing: within a tag, and between
 * rules. None begins with a dot, which would have to be doubled on its way.
 */
function inLines(html: string): string {
  return html
    .replace(/<(meta|td|div|a) /g, '<$1\n')
    .replace(/(?<=<style>)[^<]*/g, (css) => css.replace(/(.{300,}?)(?<!\})\}(?!\})/g, '$1\n}'));
}
