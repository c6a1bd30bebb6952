import type { ContentMark } from '@aftercare/domain';
import { describe, expect, it } from 'vitest';
import { render } from '../../test/support/letters.js';
import { locales, templateNames, type Locale, type TemplateName } from './render.types.js';
import { getTemplate, templateContent, templateVersion } from './template-library.js';

/** The words by which a reader would know each mark, in the letter's text. */
const proofs: Record<ContentMark, Record<Locale, RegExp>> = {
  new_premium: { en: /New premium:?\s+£\d/, 'zh-CN': /续保保费：?\s*[¥￥]\d/ },
  previous_premium: { en: /Last premium:?\s+£\d/, 'zh-CN': /上期保费：?\s*[¥￥]\d/ },
  check_cover: { en: /check that the cover is still right for you/, 'zh-CN': /确认这份保障仍然适合您/ },
  shop_around: { en: /compare our price and cover with those of other/, 'zh-CN': /与其他保险公司比较/ },
  fourth_renewal: {
    en: /You have been with us a number of years\. You may be able to get the insurance cover you want at a better price if you shop around\./,
    'zh-CN': /您在我们这里投保已有多年.*更优惠的价格/,
  },
  what_if_nothing: { en: /If you do nothing\n.+/, 'zh-CN': /如果不做任何操作\n.+/ },
  amount_due: { en: /To pay: £\d/, 'zh-CN': /待缴金额：[¥￥]\d/ },
  due_date: { en: /(Due on|Was due on): .*2026/, 'zh-CN': /应缴日：2026年/ },
  grace_end: { en: /pay by: .*2026/i, 'zh-CN': /最晚缴费日：2026年/ },
  lapse_consequence: { en: /your policy can end/, 'zh-CN': /保单可能失效/ },
  payment_help: { en: /[Ii]f money is tight/, 'zh-CN': /手头(暂时)?不便|手头紧/ },
  cooling_off: { en: /without giving a reason/, 'zh-CN': /无需理由/ },
  reinstatement_window: { en: /until .*2026.* to bring/, 'zh-CN': /在2026年.*前.*恢复/ },
};

const written = new Map<string, Promise<string>>();

/** All letters that a template's samples give in a language, one below the other. */
function textsOf(name: TemplateName, locale: Locale): Promise<string> {
  const key = `${name} ${locale}`;
  const known = written.get(key) ?? writeAll(name, locale);
  written.set(key, known);
  return known;
}

async function writeAll(name: TemplateName, locale: Locale): Promise<string> {
  const tag = locale === 'en' ? 'en-GB' : locale;
  const letters = getTemplate(name).samples[locale].map((sample) => render(name, sample, { locale: tag }));
  return (await Promise.all(letters)).map(({ text }) => text).join('\n\n');
}

describe('what a template says it carries stands in its letters', () => {
  const declared = templateNames.flatMap((name) =>
    templateContent(name).map((mark) => [name, mark] as const),
  );

  it.each(declared)('%s carries %s', async (name, mark) => {
    for (const locale of locales) expect(await textsOf(name, locale)).toMatch(proofs[mark][locale]);
  });

  it.each(templateNames)('%s keeps no mark to itself', async (name) => {
    const text = await textsOf(name, 'en');
    const found = (Object.keys(proofs) as ContentMark[]).filter((mark) => proofs[mark].en.test(text));
    expect([...templateContent(name)]).toEqual(expect.arrayContaining(found));
  });
});

it('knows no version and no content of a template that is not there', () => {
  expect(templateVersion('task')).toBeNull();
  expect(templateContent('task')).toEqual([]);
  expect(templateVersion('constructor')).toBeNull();
  expect(templateVersion('welcome')).toMatch(/^[0-9a-f]{64}$/);
});

it('has a version for every template, and each its own', () => {
  expect(new Set(templateNames.map(templateVersion)).size).toBe(templateNames.length);
});
