import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluateRule } from '../rules/evaluate.js';
import type { Rule } from '../rules/rule.js';
import { campaignArbitrary, leafArbitrary, subjectArbitrary } from '../testing.js';
import { checkAgainstPacks } from './check-campaign.js';
import { jurisdictionsOf } from './packs.js';
import { mayReach } from './reach.js';
import { contentMarks } from './rule-pack.js';

const regions = ['US-CA', 'US', 'US-TX', 'GB-ENG', 'GB', 'DE-BY', 'FR', 'CN-HK', 'CN-SH', 'Kent'];
const someRegion = fc.constantFrom(...regions);

const regionLeaf = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne'), value: someRegion }),
  fc.record({ op: fc.constantFrom('in', 'notIn'), value: fc.array(someRegion, { maxLength: 3 }) }),
  fc.record({
    op: fc.constant('startsWith'),
    value: fc.constantFrom('U', 'us', 'US-C', 'GB', 'gb-', 'D', 'CN', ''),
  }),
  fc.record({ op: fc.constant('exists'), value: fc.boolean() }),
);

const leaf = fc.oneof(
  { weight: 4, arbitrary: regionLeaf.map((given) => ({ ...given, field: 'customer.region' }) as Rule) },
  { weight: 1, arbitrary: leafArbitrary as fc.Arbitrary<Rule> },
);

const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ all: fc.array(tie('rule'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('rule'), { maxLength: 3 }) }),
    fc.record({ not: tie('rule') }),
  ) as fc.Arbitrary<Rule>,
}));

it('thinks of everybody whom a rule lets in, whatever jurisdiction they live in', () => {
  fc.assert(
    fc.property(rule, subjectArbitrary, someRegion, (audience, someone, region) => {
      const subject = { ...someone, customer: { ...someone.customer, region } };
      fc.pre(evaluateRule(audience, subject, '2026-02-28'));
      const known = subject.policy && { line: subject.policy.line, doNotRenew: subject.policy.doNotRenew };
      for (const jurisdiction of jurisdictionsOf(region)) {
        expect(mayReach(audience, { jurisdiction, ...known }), jurisdiction).toBe(true);
      }
    }),
    { numRuns: 4000 },
  );
});

it('finds no fault with letters that say everything, and no new one in a narrower audience', () => {
  const says = (): readonly string[] => contentMarks;
  const faults = (campaign: Parameters<typeof checkAgainstPacks>[0], contentOf: () => readonly string[]) =>
    checkAgainstPacks(campaign, contentOf).map(
      ({ code, step, jurisdiction }) => `${code} ${step} ${jurisdiction}`,
    );
  fc.assert(
    fc.property(campaignArbitrary, rule, (campaign, narrower) => {
      expect(faults(campaign, says).filter((fault) => fault.startsWith('content'))).toEqual([]);
      // A renewal that only reaches those who are not to be renewed is another kind of notice.
      fc.pre(!JSON.stringify(narrower).includes('doNotRenew'));
      const narrowed = { ...campaign, audience: { all: [campaign.audience, narrower] } };
      expect(faults(campaign, () => [])).toEqual(expect.arrayContaining(faults(narrowed, () => [])));
    }),
    { numRuns: 300 },
  );
});
