import { expect, it } from 'vitest';
import { readerLocale, resolveLocale } from './locale.js';

it.each([
  ['en', 'en', 'en'],
  ['en-gb', 'en', 'en-GB'],
  ['en_US', 'en', 'en-US'],
  ['zh', 'zh-CN', 'zh-CN'],
  ['zh-Hant-TW', 'zh-CN', 'zh-CN'],
  ['de-DE', 'en', 'en'],
  ['', 'en', 'en'],
  [null, 'en', 'en'],
  ['not a tag!', 'en', 'en'],
  ['x'.repeat(500), 'en', 'en'],
])('a reader of %j gets words in %s and formats of %s', (tag, words, format) => {
  expect(readerLocale(tag)).toEqual({ words, format });
  expect(resolveLocale(tag)).toBe(words);
});
