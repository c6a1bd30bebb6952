import { describe, expect, it } from 'vitest';
import { assembleMjml, mjmlToHtml } from './assemble.js';
import { deriveText } from './derive-text.js';
import type { TemplateSource } from './template-source.js';
import { putWords } from './words.js';

const source = (body: string): TemplateSource => ({
  hash: '',
  subject: '',
  body,
  text: null,
  layout: '<mjml><mj-body><mj-section><mj-column>[[> body]]</mj-column></mj-section></mj-body></mjml>',
  frame: '',
  pieces: { note: '<mj-text>[[note]]</mj-text>' },
  words: { en: {}, 'zh-CN': {} },
});
const html = (body: string) => mjmlToHtml(assembleMjml(source(body), { note: 'A note' }));

describe('words', () => {
  it('go in by key, by what the data holds, and within each other', () => {
    const words = {
      hello: 'Hello [[line.{policy.line}]]',
      'line.motor': 'motor',
      'line.home': 'home',
      'line.a.b': 'no',
    };
    expect(putWords('[[hello]]!', words)).toBe(
      "Hello {{#if (is policy.line 'motor')}}motor{{else if (is policy.line 'home')}}home{{else}}{{unknown policy.line 'policy.line'}}{{/if}}!",
    );
  });

  it('that are missing or go round in a circle are found at once', () => {
    expect(() => putWords('[[gone]]', {})).toThrow('no word "gone"');
    expect(() => putWords('[[gone.{stage}]]', {})).toThrow('begins with "gone."');
    expect(() => putWords('[[a]]', { a: '[[b]]', b: '[[a]]' })).toThrow('circle');
  });
});

describe('MJML', () => {
  it('takes in pieces and lets Handlebars through', async () => {
    expect(
      await html(
        '[[> note]]<mj-button href="{{url link}}" background-color="{{theme.brand}}">{{label}}</mj-button>',
      ),
    ).toMatch(/A note[\s\S]*href="\{\{link link\}\}"/);
  });

  it.each([
    ['an unknown piece', '[[> gone]]', 'no piece'],
    ['a tag it does not know', '<mj-marquee>x</mj-marquee>', 'mj-marquee'],
    ['an attribute that is wrong', '<mj-text font-size="large">x</mj-text>', 'font-size'],
    ['data in a link without its check', '<mj-button href="{{link}}">x</mj-button>', 'Write {{url'],
    [
      'data behind the start of a link',
      '<mj-text><a href="https://a.test/{{id}}">x</a></mj-text>',
      'Write {{url',
    ],
    ['data in a style', '<mj-text><b style="color:{{colour}}">x</b></mj-text>', 'Only {{theme'],
    ['data in a colour', '<mj-text color="{{customer.colour}}">x</mj-text>', 'Only {{theme'],
  ])('with %s is refused', async (_what, body, words) => {
    await expect((async () => html(body))()).rejects.toThrow(words);
  });
});

describe('the derived text', () => {
  it('keeps paragraphs, facts, marks and links, and hides what is not shown', () => {
    const text = deriveText(
      '<div style="display:none;font-size:1px">preview</div><table>' +
        '<tr><td class="t"><div>Hello {{name}}, {{#if a}}yes{{else}}no{{/if}}</div></td></tr>' +
        '<tr><td class="t facts"><table><tr><td class="fact">Policy</td><td class="value">{{number}}</td></tr>\n{{#if b}}\n{{#if c}}\n<tr><td class="mark">•</td><td class="item">x</td></tr>\n{{/if}}\n{{/if}}</table></td></tr>' +
        '<tr><td class="btn"><a href="{{url link}}">Go</a></td></tr></table>',
      ': ',
    );
    expect(text).toContain('Hello {{name}}, {{#if a}}yes{{else}}no{{/if}}\n\nPolicy: {{number}}');
    expect(text).toContain('{{#if b}}\n{{#if c}}\n• x\n');
    expect(text).toContain('Go [{{url link}}]');
    expect(text).not.toContain('preview');
  });
});
