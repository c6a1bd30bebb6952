import { describe, expect, it } from 'vitest';
import { formatMoney } from '../format/numbers.ts';
import { formatTag, nearestLocale } from './tags.ts';

describe('nearestLocale', () => {
  it.each(['zh', 'zh-CN', 'zh_CN', 'zh-Hans-SG', 'ZH-tw'])('reads %s as Chinese', (tag) => {
    expect(nearestLocale(tag)).toBe('zh-CN');
  });

  it.each(['en', 'en-US@posix', 'fr-FR', 'zha', 'C', '', null, undefined])('reads %s as English', (tag) => {
    expect(nearestLocale(tag)).toBe('en');
  });
});

describe('formatTag', () => {
  it.each([
    [['en-US'], 'en-US'],
    [['fr-FR', 'en-IE', 'en-US'], 'en-IE'],
    [['en-US@posix'], 'en-US'],
    [['en_AU.UTF-8'], 'en-AU'],
    [['en-!', 'en-NZ'], 'en-NZ'],
    [['C'], 'en-GB'],
    [['en-'], 'en-GB'],
    [[], 'en-GB'],
  ])('of a browser that speaks %j is %s, which Intl takes', (tags, tag) => {
    expect(formatTag('en', tags)).toBe(tag);
    expect(formatMoney(100, 'GBP', tag)).toMatch(/^(£|GBP\s)1\.00$/);
  });

  it('is the language itself for a reader of Chinese, whatever the browser', () => {
    expect(formatTag('zh-CN', ['en-US@posix'])).toBe('zh-CN');
  });
});
