import { describe, expect, it } from 'vitest';
import { brand, first, links, render } from '../../test/support/letters.js';
import { locales, templateNames, type TemplateName, type TemplateSample } from './render.types.js';
import { findTemplate, getTemplate } from './template-library.js';
import { readTemplate } from '../compile/template-source.js';

/** Every path to a value in the data, and the data without that value. */
function* withoutEach(data: unknown, path: string[] = []): Generator<[string, unknown]> {
  if (data === null || typeof data !== 'object') return;
  for (const [key, value] of Object.entries(data)) {
    const here = [...path, key];
    if (!Array.isArray(data)) {
      yield [here.join('.'), Object.fromEntries(Object.entries(data).filter(([other]) => other !== key))];
    }
    for (const [where, smaller] of withoutEach(value, here)) {
      const copy: unknown = Array.isArray(data) ? [...(data as unknown[])] : { ...data };
      (copy as Record<string, unknown>)[key] = smaller;
      yield [where, copy];
    }
  }
}

const partsOfDigest = /^items\.\d+\.(?!customer|policy|actionUrl)\w+$|\.grace\.due$/;
const mayBeLeftOut = (name: TemplateName, path: string) =>
  name === 'policy-digest' && partsOfDigest.test(path);

for (const name of templateNames) {
  describe(name, () => {
    for (const locale of locales) {
      it.each(getTemplate(name).samples[locale].map((sample) => [sample.name, sample] as const))(
        `in ${locale}: %s`,
        async (_name, sample) => {
          const { subject, html, text, locale: written } = await render(name, sample, { locale });
          expect(written).toBe(locale);
          expect(subject).toMatch(/^\S.{5,110}\S$/);
          expect(Buffer.byteLength(html)).toBeLessThan(30_000);
          // Lines that need no quoted-printable, with room for more than a sample says, nor any dot doubled.
          for (const line of html.split('\n')) {
            expect(Buffer.byteLength(line)).toBeLessThan(700);
            expect(line).not.toMatch(/^\./);
          }
          for (const part of [subject, html, text]) {
            expect(part).not.toMatch(/\{\{|\}\}|\[\[|\]\]|undefined|NaN|\[object|Invalid/);
          }
          // Both parts say who writes, from where, why, and how to stop.
          for (const part of [html, text]) {
            for (const must of [
              brand.name,
              brand.postalAddress,
              brand.contactEmail,
              ...Object.values(links),
            ]) {
              expect(part).toContain(must);
            }
          }
          expect(html).toContain(`<html lang="${locale}"`);
          expect(html).toContain('prefers-color-scheme:dark');
          expect(html.match(/class="btn"/g)?.length ?? 0).toBeLessThanOrEqual(1);
          expect(text).not.toMatch(/<[a-z/]|&[a-z]+;|\n{3}/);
        },
      );
    }

    it('stops for any value that is missing, and names it', async () => {
      for (const sample of getTemplate(name).samples.en) {
        for (const [path, data] of withoutEach(sample.data)) {
          // A digest says of each part what that part's own letter would: nothing else may be left out anywhere.
          if (mayBeLeftOut(name, path)) {
            expect(getTemplate(name).schema.safeParse(data).success, path).toBe(true);
            await render(name, { ...sample, data: data as TemplateSample['data'] });
            continue;
          }
          await expect(
            render(name, { ...sample, data: data as TemplateSample['data'] }),
            path,
          ).rejects.toMatchObject({
            name: 'TemplateError',
            code: 'missing_variable',
            path,
          });
        }
      }
    });

    it('says the same things in every language, and carries no words it does not use', () => {
      const source = readTemplate(name);
      const [english, ...others] = locales.map((locale) => source.words[locale]);
      for (const other of others)
        expect(Object.keys(other).sort()).toEqual(Object.keys(english ?? {}).sort());
      const everything = [source.subject, source.body, source.text ?? '', source.layout]
        .concat(Object.values(source.pieces), Object.values(english ?? {}))
        .join('\n');
      for (const key of Object.keys(english ?? {})) {
        const prefix = key.split('.').slice(0, -1).join('.');
        const shared = /^(colon$|greeting$|line\.|paymentMode\.|peril\.)/.test(key);
        const used = everything.includes(`[[${key}]]`) || everything.includes(`[[${prefix}.{`);
        expect(used || shared, `${key} is used`).toBe(true);
      }
    });

    it('leaves the ways out to messages that may offer them', async () => {
      const none = { preferencesUrl: null, unsubscribeUrl: null };
      const { html, text } = await render(name, first(name), none);
      for (const part of [html, text])
        expect(part).not.toMatch(/harbour\.example\/u\/|Stop e-mails|Choose what/);
    });
  });
}

describe('rendering', () => {
  it('escapes hostile data in the HTML and keeps it readable in the text', async () => {
    const sample = first('welcome');
    const hostile = '<img src=x onerror="alert(1)"> & "Söhne"';
    const data = { ...sample.data, customer: { givenName: hostile, familyName: null } };
    const { html, text } = await render('welcome', { ...sample, data });
    expect(html).not.toContain('<img src=x');
    expect(text).toContain(hostile);
  });

  it('lets no line break of the data into the subject', async () => {
    const sample = first('newsletter');
    const issue = { label: 'x', title: 'Spring\r\nBcc: eve@evil.test', intro: 'x' };
    const { subject } = await render('newsletter', { ...sample, data: { ...sample.data, issue } });
    expect(subject).toBe('Spring Bcc: eve@evil.test');
  });

  it.each([
    ['a link that runs script', { actionUrl: 'javascript:alert(1)' }, 'actionUrl'],
    ['a date that does not exist', { startDate: '2026-02-30' }, 'startDate'],
    ['blank text', { customer: { givenName: '  ', familyName: null } }, 'customer.givenName'],
  ])('refuses %s', async (_what, change, path) => {
    const sample = first('welcome');
    await expect(render('welcome', { ...sample, data: { ...sample.data, ...change } })).rejects.toMatchObject(
      { path },
    );
  });

  it('refuses a brand without an address or with a colour that is none', async () => {
    const sample = first('welcome');
    await expect(render('welcome', sample, { brand: { ...brand, postalAddress: '' } })).rejects.toMatchObject(
      {
        code: 'missing_variable',
        path: 'brand.postalAddress',
      },
    );
    await expect(
      render('welcome', sample, { brand: { ...brand, colour: 'red;background:url(x)' } }),
    ).rejects.toMatchObject({ code: 'invalid_variable', path: 'brand.colour' });
  });

  it('refuses a message that mail programs would cut off', async () => {
    const sample = first('newsletter');
    const article = { title: 'x', summary: '<'.repeat(1500), link: null };
    const data = { ...sample.data, articles: Array.from({ length: 12 }, () => article) };
    const long = { ...data, issue: { label: 'x', title: 'x', intro: 'a\n\n'.repeat(490) } };
    await expect(render('newsletter', { ...sample, data: long })).rejects.toMatchObject({
      code: 'too_large',
    });
  });

  it('shows a logo where there is one', async () => {
    const logoUrl = 'https://harbour.example/logo.png';
    const { html } = await render('welcome', first('welcome'), { brand: { ...brand, logoUrl } });
    expect(html).toContain(`<img src="${logoUrl}" alt="Harbour Insurance"`);
  });

  it('puts tracked links in place of those that lead somewhere, in both parts, and of no others', async () => {
    const tracked = (url: string) => `https://track.example/c?to=${encodeURIComponent(url)}`;
    const given: string[] = [];
    const trackLink = (url: string) => {
      given.push(url);
      return tracked(url);
    };
    const sample = first('renewal-reminder');
    const { actionUrl } = sample.data as { actionUrl: string };
    const logoUrl = 'https://harbour.example/logo.png';
    const { html, text } = await render('renewal-reminder', sample, {
      trackLink,
      brand: { ...brand, logoUrl },
    });
    expect(new Set(given)).toEqual(new Set([actionUrl]));
    expect(text).toContain(tracked(actionUrl));
    for (const part of [html, text]) {
      expect(part).not.toContain(actionUrl);
      expect(part).toContain(links.unsubscribeUrl);
      expect(part).toContain(links.preferencesUrl);
    }
    for (const kept of [`src="${logoUrl}"`, 'href="mailto:care@harbour.example"', 'href="tel:+441174960100"'])
      expect(html).toContain(kept);
  });

  it('hands every link that a reader may follow to be tracked, in lists too', async () => {
    for (const name of templateNames) {
      const { html } = await render(name, first(name), { trackLink: () => 'https://track.example/c' });
      const followed = [...html.matchAll(/href="(https?:[^"]*)"/g)].map(([, url]) => url);
      expect(new Set(followed), name).toEqual(new Set(['https://track.example/c', ...Object.values(links)]));
    }
  });

  it('refuses a tracked link that is none', async () => {
    const sample = first('welcome');
    await expect(render('welcome', sample, { trackLink: () => 'javascript:alert(1)' })).rejects.toMatchObject(
      { code: 'invalid_variable' },
    );
  });

  it('ends the HTML with a picture that tells of its opening, where one is asked for', async () => {
    const openPixelUrl = 'https://track.example/o/abc';
    const { html, text } = await render('welcome', first('welcome'), { openPixelUrl });
    expect(html).toMatch(
      /<img src="https:\/\/track\.example\/o\/abc" width="1" height="1"[^>]*>\s*<\/div>\s*<\/body>/,
    );
    expect(text).not.toContain('track.example');
    expect((await render('welcome', first('welcome'))).html).not.toContain('width="1"');
  });

  it('keeps two insurers apart', async () => {
    const other = { ...brand, name: 'Lighthouse & Sons' };
    const letters = await Promise.all([
      render('welcome', first('welcome'), { brand: other }),
      render('welcome', first('welcome')),
    ]);
    expect(letters[0].html).toContain('Lighthouse &amp; Sons');
    expect(letters[0].text).toContain('Lighthouse & Sons');
    expect(letters[1].html).not.toContain('Lighthouse');
  });

  it('writes dates as the reader does, in words the template has', async () => {
    const subject = async (locale: string) =>
      (await render('renewal-reminder', first('renewal-reminder'), { locale })).subject;
    expect(await subject('en-US')).toContain('April 12, 2026');
    expect(await subject('fr-FR')).toContain('due for renewal on April 12, 2026');
    expect(await subject('zh-Hant-HK')).toContain('2026年4月12日');
  });

  it('knows its templates by name, and no other', async () => {
    expect(findTemplate('renewal-reminder')?.version).toMatch(/^[0-9a-f]{64}$/);
    expect(findTemplate('../layout')).toBeNull();
    expect(findTemplate('constructor')).toBeNull();
    expect(new Set(templateNames.map((name) => getTemplate(name).version)).size).toBe(templateNames.length);
    await expect(render('nothing' as TemplateName, first('welcome'))).rejects.toMatchObject({
      code: 'unknown_template',
    });
  });
});
