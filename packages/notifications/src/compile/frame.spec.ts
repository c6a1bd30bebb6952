import { expect, it } from 'vitest';
import { assembleMjml, mjmlToHtml } from './assemble.js';
import { framed } from './frame.js';

const frame =
  '<!doctype html>\n<html lang="[[lang]]">\n<head>\n<style>\na { color: {{theme.ink}}; }\n.x td { color: red; }\n</style>\n</head>\n[[> letter]]\n</html>\n';
const words = { lang: 'en' };

/** A letter of one section, as it is sent. */
async function letter(rows: string): Promise<string> {
  const layout = `<mjml lang="en"><mj-head><mj-attributes><mj-all font-family="" /></mj-attributes></mj-head><mj-body background-color="#eeeeee"><mj-section><mj-column>${rows}</mj-column></mj-section></mj-body></mjml>`;
  const source = {
    hash: '',
    subject: '',
    body: '',
    text: null,
    frame,
    layout,
    pieces: {},
    words: { en: {}, 'zh-CN': {} },
  };
  return framed(frame, await mjmlToHtml(assembleMjml(source, words)), words);
}

it('leaves the words, their blanks and their holes alone', async () => {
  const html = await letter(
    '<mj-text>Dear <b>{{a}}</b> <i>{{b}}</i>,; {{#if c}}0px{{else}}border:none;{{/if}} &amp;"x"</mj-text>',
  );
  expect(html).toContain(
    '>Dear <b>{{a}}</b> <i>{{b}}</i>,; {{#if c}}0px{{else}}border:none;{{/if}} &amp;"x"</div></td>',
  );
});

it('keeps what Outlook is told, and all of it closed', async () => {
  const html = await letter('<mj-text>x</mj-text><mj-divider />');
  const ofOutlook = [...html.matchAll(/<!--\[if mso \| IE\]>(.*?)<!\[endif\]-->/gs)]
    .map(([, told]) => told)
    .join('');
  const count = (text: string, tag: string) => text.split(tag).length - 1;
  for (const [open, close] of [
    ['<table', '</table>'],
    ['<td', '</td>'],
    ['<tr', '</tr>'],
    ['<div', '</div>'],
  ] as const) {
    expect(count(ofOutlook, open), open).toBe(count(ofOutlook, close));
    expect(count(html, open), open).toBe(count(html, close));
  }
  expect(ofOutlook).toContain('width="600"');
});

it('says once for the whole letter what MJML says for every piece of it', async () => {
  const html = await letter('<mj-text color="#111111">x</mj-text><mj-text>y</mj-text>');
  expect(html.match(/(?<!<style>[^<]*)font-family:/g)).toHaveLength(1);
  expect(html).toContain('style="font-size:13px;line-height:1;color:#111111">x');
  expect(html).not.toMatch(/<tbody|mj-column|=""|;"|word-break:break-word.*word-break/s);
});

it('keeps the style sheet readable for Handlebars', async () => {
  expect(await letter('<mj-text>x</mj-text>')).toContain(
    '<style>a{color:{{theme.ink}};}.x td{color:red}</style>',
  );
});

it('lets no data into a style of the frame', () => {
  expect(() => framed('<style>a{color:{{name}}}</style>[[> letter]]', '<body></body>', {})).toThrow(
    'Only {{theme',
  );
});
