import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleArbitrary } from '../testing.js';
import { fieldNames, fieldOf, operatorsByType } from './fields.js';
import { ruleSchema } from './rule.js';

/** `path code` of every issue, and the messages. */
function check(rule: unknown): { codes: string[]; text: string } {
  const result = ruleSchema.safeParse(rule);
  const issues = result.error?.issues ?? [];
  return {
    codes: issues.map((issue) => {
      const code = issue.code === 'custom' ? (issue.params?.['code'] as string) : issue.code;
      return `${issue.path.join('.')} ${code}`.trim();
    }),
    text: issues.map(({ message }) => message).join('\n'),
  };
}

const leaf = (field: string, op: string, value?: unknown): unknown => ({ field, op, value });

describe('ruleSchema', () => {
  it('takes every rule that is put together from the catalogue, and leaves it as it is', () => {
    fc.assert(
      fc.property(ruleArbitrary, (rule) => {
        expect(check(rule)).toEqual({ codes: [], text: '' });
        expect(ruleSchema.parse(rule)).toEqual(rule);
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom('all', 'any', 'not', 'field', 'op', 'value', 'x') }),
        (input) => {
          ruleSchema.safeParse(input);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    [null, 'not_a_rule'],
    ['policy.line', 'not_a_rule'],
    [[], 'not_a_rule'],
    [{}, 'field unknown_field'],
    [{ all: {} }, 'all not_a_list'],
    [{ all: [{ any: [1] }] }, 'all.0.any.0 not_a_rule'],
    [{ not: [] }, 'not not_a_rule'],
    [{ all: [], any: [] }, 'any unknown_key'],
    [{ ...(leaf('policy.line', 'eq', 'motor') as object), colour: 1 }, 'colour unknown_key'],
    [leaf('policy.lin', 'eq', 'motor'), 'field unknown_field'],
    [leaf('constructor', 'eq', 'motor'), 'field unknown_field'],
    [leaf('policy.line', 'like', 'motor'), 'op unknown_operator'],
    [leaf('policy.line', 'gt', 'motor'), 'op unknown_operator'],
    [leaf('customer.lines', 'eq', 'motor'), 'op unknown_operator'],
    [leaf('policy.line', 'eq', 'boat'), 'value bad_value'],
    [leaf('policy.line', 'in', 'motor'), 'value bad_value'],
    [leaf('policy.line', 'in', []), 'value bad_value'],
    [leaf('policy.line', 'in', ['motor', 'boat']), 'value bad_value'],
    [leaf('policy.premiumMinor', 'gt', 12.5), 'value bad_value'],
    [leaf('policy.premiumMinor', 'gt', '1250'), 'value bad_value'],
    [leaf('policy.premiumChangePercent', 'gt', Infinity), 'value bad_value'],
    [leaf('policy.premiumMinor', 'between', [2, 1]), 'value bad_value'],
    [leaf('policy.premiumMinor', 'between', [1]), 'value bad_value'],
    [leaf('policy.renewalDate', 'lt', '2026-02-30'), 'value bad_value'],
    [leaf('policy.renewalDate', 'within', '30'), 'value bad_value'],
    [leaf('policy.renewalDate', 'within', 1.5), 'value bad_value'],
    [leaf('policy.renewalDate', 'within', 4000), 'value bad_value'],
    [leaf('policy.doNotRenew', 'eq', 'true'), 'value bad_value'],
    [leaf('customer.email', 'exists', 1), 'value bad_value'],
    [leaf('customer.email', 'exists'), 'value bad_value'],
    [leaf('customer.region', 'eq', null), 'value bad_value'],
    [leaf('customer.region', 'eq', 'a\u0000b'), 'value bad_value'],
    [leaf('customer.region', 'contains', 'x'.repeat(201)), 'value bad_value'],
  ])('refuses %j: %s', (rule, code) => {
    expect(check(rule).codes).toEqual([code]);
  });

  it('names the valid fields, operators and values', () => {
    for (const name of fieldNames) expect(check(leaf('policy.lin', 'eq', 1)).text).toContain(name);
    expect(check(leaf('policy.renewalDate', 'contains', 1)).text).toContain(operatorsByType.date.join(', '));
    expect(check(leaf('policy.status', 'eq', 'dead')).text).toContain('in_force, grace, lapsed');
    expect(check(leaf('policy.premiumMinor', 'gt', '12.50')).text).toBe(
      'policy.premiumMinor gt takes a whole number of the smallest unit of money (1250 for 12.50), not "12.50"',
    );
  });

  it('refuses what is too deep or too much, without falling over', () => {
    let deep: unknown = leaf('policy.line', 'eq', 'motor');
    for (let level = 0; level < 10_000; level += 1) deep = { not: deep };
    expect(check(deep).codes).toEqual([`${Array(20).fill('not').join('.')} too_deep`]);
    const wide = { all: Array(2000).fill(leaf('policy.line', 'eq', 'motor')) };
    expect(check(wide).codes).toEqual(['all.500 too_many']);
  });
});

it('gives every field of the catalogue operators and, to choices and lists, values', () => {
  for (const name of fieldNames) {
    const field = fieldOf(name);
    expect(operatorsByType[field.type]).toContain('exists');
    expect((field.choices?.length ?? 0) > 0).toBe(field.type === 'choice' || field.type === 'list');
  }
});
