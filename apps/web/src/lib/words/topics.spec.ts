import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { baseLocale, locales, overwriteGetLocale } from '#lib/paraglide/runtime.js';
import { topicName } from './topics.ts';

const folder = new URL('../../../../api/src/features/campaigns/built-in/', import.meta.url);
const topics = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => (JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { topic: string }).topic);

describe('topicName', () => {
  it.each([...new Set(topics)])('has words of its own for %s, which Aftercare brings along', (topic) => {
    for (const locale of locales) {
      overwriteGetLocale(() => locale);
      expect(topicName(topic)).not.toBe(topic.replaceAll('-', ' '));
    }
    overwriteGetLocale(() => baseLocale);
  });

  it('shows the key of a topic of the insurer, readable', () => {
    expect(topicName('spring_fair')).toBe('spring fair');
  });
});
