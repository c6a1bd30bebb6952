import type { Campaign } from './campaign.js';

/** The names of the templates that a campaign's letters and notices are made with, each once, in order of name. */
export function usedTemplates({ steps, merge }: Pick<Campaign, 'steps' | 'merge'>): string[] {
  const names = steps
    .filter(({ channel }) => channel !== 'task')
    .flatMap(({ template, variants }) => [template, ...variants.map((arm) => arm.template ?? template)]);
  return [...new Set(merge === null ? names : [...names, merge.template])].sort();
}
