import Handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../compile/parse.js';
import { compileLetter } from './program.js';
import type { LetterTrees } from './tree.types.js';

const reader = {
  locale: 'en-GB',
  today: '2026-03-01',
  timeZone: 'Europe/London',
};
const write = (source: string, part: keyof LetterTrees, context: object, constants = {}) => {
  const trees = { subject: [], html: [], text: [], [part]: parseTemplate(source) };
  const programs = compileLetter(trees, constants);
  return programs[part](programs.begin(context, reader));
};
const html = (source: string, context: object) => write(source, 'html', context);
const plain = (source: string, context: object) => write(source, 'subject', context);

describe('nothing is missing silently', () => {
  it.each([
    ['{{name}}', {}, 'name'],
    ['{{name}}', { name: null }, 'name'],
    ['{{name}}', { name: '' }, 'name'],
    ['{{policy.number}}', {}, 'policy.number'],
    ['{{policy.number}}', { policy: { numbr: 1 } }, 'policy.number'],
    ['{{maskPolicy policy.number}}', { policy: {} }, 'policy.number'],
    ['{{maskPolicy number}}', { number: null }, 'number'],
    ['{{date day}}', { day: '' }, 'day'],
    ['{{money premium.amountMinor premium.currency}}', { premium: { amountMinor: 1 } }, 'premium.currency'],
    ['{{#if urgent}}x{{/if}}', {}, 'urgent'],
    ['{{#unless urgent}}x{{/unless}}', {}, 'urgent'],
    ['{{#each items}}x{{/each}}', {}, 'items'],
    ['{{#each items}}{{title}}{{/each}}', { items: [{ title: 'a' }, {}] }, 'title'],
    ['{{#if (is stage "grace")}}x{{/if}}', {}, 'stage'],
    ['{{#if (and a (not b))}}x{{/if}}', { a: true }, 'b'],
    ['{{constructor}}', {}, 'constructor'],
    ['{{name.constructor.name}}', { name: 'Ada' }, 'name.constructor.name'],
    ['{{__proto__}}', {}, '__proto__'],
    ['{{toString}}', {}, 'toString'],
  ])('%s with %j names %s', (source, context, path) => {
    expect(() => html(source, context)).toThrow(expect.objectContaining({ code: 'missing_variable', path }));
  });

  it('lets a question be answered by null, false and nothing in a list', () => {
    expect(html('{{#if a}}yes{{else}}no{{/if}}', { a: null })).toBe('no');
    expect(html('{{#each items}}x{{else}}none{{/each}}', { items: [] })).toBe('none');
    expect(html('{{n}}', { n: 0 })).toBe('0');
  });

  it('does not print what is not text', () => {
    for (const value of [{}, [], true, Number.NaN]) {
      expect(() => html('{{a}}', { a: value })).toThrow(
        expect.objectContaining({ code: 'invalid_variable', path: 'a' }),
      );
    }
  });
});

describe('escaping', () => {
  const hostile = { name: `<script>"x" & 'y'</script>` };

  it('by context: HTML is escaped, a subject or text part is not', () => {
    expect(html('<b title="{{name}}">{{name}}</b>', hostile)).not.toMatch(/<script|"x"/);
    expect(plain('{{name}}', hostile)).toBe(hostile.name);
  });

  it('covers what helpers return', () => {
    expect(html('{{fullName name null}}', hostile)).not.toContain('<script');
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'https://a.test/"onclick="x',
    '/local',
  ])('keeps %j out of a link', (link) => {
    expect(() => html('<a href="{{url link}}">', { link })).toThrow(
      expect.objectContaining({ code: 'invalid_variable' }),
    );
  });

  it('takes web, mail and telephone links', () => {
    expect(
      html('{{url a}} {{url b}} {{url (tel c)}}', {
        a: 'https://a.test/x?y',
        b: 'mailto:a@b.test',
        c: '+44 20 1',
      }),
    ).toBe('https://a.test/x?y mailto:a@b.test tel:+44201');
  });
});

describe('what is the same in every message', () => {
  const constants = { brand: { name: 'Söhne & Co' } };
  const filled = (source: string, context: object) =>
    write(source, 'html', { ...constants, ...context }, constants);

  it('is written when compiling, as it would be later', () => {
    expect(filled('{{brand.name}}', {})).toBe(html('{{brand.name}}', constants));
    expect(filled('{{@root.brand.name}}', {})).toBe(html('{{brand.name}}', constants));
  });

  it('is not taken for what an item of a list has by the same name', () => {
    const items = [{ brand: { name: 'mine' } }];
    expect(filled('{{#each items}}{{brand.name}}{{/each}}', { items })).toBe('mine');
  });

  it('is missed where it is missing, and only when it is written', () => {
    expect(filled('{{#if ask}}{{brand.logo}}{{/if}}', { ask: false })).toBe('');
    expect(() => filled('{{brand.logo}}', {})).toThrow(expect.objectContaining({ path: 'brand.logo' }));
  });
});

describe('what stands in several places', () => {
  const source = '{{link url}}{{#each items}}{{@root.name}}{{name}}{{/each}}{{name}}';
  const context = { url: 'https://a.test/', name: '<A>', items: [{ name: 'b' }, { name: 'c' }] };
  const trees = { subject: parseTemplate(source), html: parseTemplate(source), text: parseTemplate(source) };

  it('is worked out once in a message, and written as each part needs it', () => {
    const programs = compileLetter(trees);
    const asked: string[] = [];
    const trackLink = (url: string) => `https://track.test/${asked.push(url)}`;
    for (const name of ['<A>', '<B>']) {
      asked.length = 0;
      const message = programs.begin({ ...context, name }, { ...reader, trackLink });
      const escaped = name.replace('<', '&lt;').replace('>', '&gt;');
      expect(programs.html(message)).toBe(`https://track.test/1${escaped}b${escaped}c${escaped}`);
      expect(programs.subject(message)).toBe(`https://track.test/1${name}b${name}c${name}`);
      expect(programs.text(message)).toBe(programs.subject(message));
      expect(asked).toEqual([context.url]);
    }
  });

  it('is missed wherever it is missing, however it is asked for', () => {
    const other = compileLetter({ ...trees, html: parseTemplate('{{#if name}}yes{{else}}no{{/if}}') });
    const message = other.begin({ ...context, name: null }, reader);
    expect(other.html(message)).toBe('no');
    expect(() => other.text(message)).toThrow(expect.objectContaining({ path: '@root.name' }));
  });
});

describe('a choice of words', () => {
  const source = `{{#if (is a 'x')}}1{{else}}{{#if (is a 'y')}}2{{else}}{{#if (is b 'x')}}3{{else}}4{{/if}}{{/if}}{{/if}}`;
  it.each([
    ['x', 'z', '1'],
    ['y', 'z', '2'],
    ['z', 'x', '3'],
    ['z', 'z', '4'],
    [null, null, '4'],
    [['x'], 'constructor', '4'],
  ])('of %j and %j is %s', (a, b, words) => {
    expect(html(source, { a, b })).toBe(words);
    expect(
      html(`{{#each items}}${source}{{/each}}`, {
        a: 'x',
        items: [
          { a, b },
          { a: 'y', b },
        ],
      }),
    ).toBe(`${words}2`);
  });

  it('asks for nothing that an earlier answer makes needless', () => {
    expect(html(source, { a: 'y' })).toBe('2');
    expect(() => html(source, { a: 'z' })).toThrow(expect.objectContaining({ path: 'b' }));
  });
});

describe('what a template may not contain', () => {
  it.each([
    '{{{name}}}',
    '{{&name}}',
    '{{> other}}',
    '{{#> other}}{{/other}}',
    '{{shout name}}',
    '{{constructor name}}',
    '{{#list a}}{{/list}}',
    '{{log a}}',
    '{{lookup a b}}',
    '{{money a b=c}}',
    '{{../name}}',
    '{{@index}}',
    '{{#each a as |b|}}{{/each}}',
    '{{#with a}}{{/with}}',
  ])('%s', (source) => expect(() => parseTemplate(source)).toThrow(SyntaxError));

  it("neither gives to nor takes from everyone's Handlebars", () => {
    Handlebars.registerHelper('leak', () => 'leaked');
    expect(() => parseTemplate('{{leak 1}}')).toThrow(SyntaxError);
    expect(Object.keys(Handlebars.helpers)).not.toContain('money');
    Handlebars.unregisterHelper('leak');
  });
});
