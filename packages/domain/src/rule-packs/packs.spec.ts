import { describe, expect, it } from 'vitest';
import { isCivilDate } from '../time/civil-date.js';
import { jurisdictionsOf, packs } from './packs.js';
import type { Rule } from './rule-pack.js';

const rules = Object.entries(packs).flatMap(([jurisdiction, pack]) =>
  Object.entries(pack).flatMap(([kind, list]) =>
    (list as Rule<unknown>[]).map((rule): [string, Rule<unknown>] => [`${kind} of ${jurisdiction}`, rule]),
  ),
);

describe('the rule packs', () => {
  it('give for every rule its first day, where it is written and how well it is known', () => {
    expect(rules.length).toBeGreaterThan(60);
    for (const [name, rule] of rules) {
      expect(isCivilDate(rule.from), name).toBe(true);
      expect(rule.source.length, name).toBeGreaterThan(10);
      expect(['H', 'M', 'L'], name).toContain(rule.confidence);
      expect(rule.lines, name).not.toEqual([]);
    }
  });

  it('know the states by the codes of ISO 3166-2', () => {
    for (const code of Object.keys(packs)) expect(code).toMatch(/^([A-Z]{2}(-[A-Z]{2})?|\*)$/);
  });
});

it.each([
  ['US-CA', ['US-CA', 'US', '*']],
  ['us-ca', ['US-CA', 'US', '*']],
  ['US', ['US', '*']],
  ['IE', ['IE', 'EU', '*']],
  ['DE-BY', ['DE-BY', 'DE', 'EU', '*']],
  ['UK-SCT', ['GB-SCT', 'GB', '*']],
  ['CN-HK', ['HK', '*']],
  ['CN-SH', ['CN-SH', 'CN', '*']],
  ['EU', ['*']],
  ['*', ['*']],
  ['', ['*']],
  [null, ['*']],
  [undefined, ['*']],
])('the rules that reach %s are those of %s', (region, chain) => {
  expect(jurisdictionsOf(region)).toEqual(chain);
});
