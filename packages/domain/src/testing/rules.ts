import fc from 'fast-check';
import { fieldNames, fieldOf, operatorsByType, type Field, type Operator } from '../rules/fields.js';
import type { Leaf, LeafValue, Rule, Scalar } from '../rules/rule.js';
import { amountArbitrary, dateArbitrary, textArbitrary } from './values.js';

function scalarFor(field: Field): fc.Arbitrary<Scalar> {
  switch (field.type) {
    case 'text':
      return textArbitrary;
    case 'choice':
    case 'list':
      return fc.constantFrom(...(field.choices ?? []));
    case 'integer':
      return fc.integer({ min: -1, max: 130 });
    case 'money':
      return fc.oneof(amountArbitrary, fc.constantFrom(-1, Number.MIN_SAFE_INTEGER));
    case 'number':
      return fc.oneof(
        fc.constantFrom(0, 5, 10, -100, 4.999999999999999),
        fc.double({ noNaN: true, min: -200, max: 200 }),
      );
    case 'boolean':
      return fc.boolean();
    case 'date':
      return dateArbitrary;
  }
}

function valueFor(field: Field, op: Operator): fc.Arbitrary<LeafValue> {
  switch (op) {
    case 'exists':
      return fc.boolean();
    case 'within':
      return fc.integer({ min: -60, max: 60 });
    case 'between':
      return fc.tuple(scalarFor(field), scalarFor(field)).map(([a, b]) => (a <= b ? [a, b] : [b, a]));
    case 'in':
    case 'notIn':
      return fc.array(scalarFor(field), { minLength: 1, maxLength: 4 });
    default:
      return scalarFor(field);
  }
}

/** One question, valid by `ruleSchema`. */
export const leafArbitrary: fc.Arbitrary<Leaf> = fc
  .constantFrom(...fieldNames)
  .chain((field) =>
    fc
      .constantFrom(...operatorsByType[fieldOf(field).type])
      .chain((op) => valueFor(fieldOf(field), op).map((value) => ({ field, op, value }))),
  );

/** A rule tree, valid by `ruleSchema`; empty groups included. */
export const ruleArbitrary: fc.Arbitrary<Rule> = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: leafArbitrary },
    { weight: 1, arbitrary: fc.array(tie('rule'), { maxLength: 3 }).map((all) => ({ all })) },
    { weight: 1, arbitrary: fc.array(tie('rule'), { maxLength: 3 }).map((any) => ({ any })) },
    { weight: 1, arbitrary: tie('rule').map((not) => ({ not })) },
  ),
})).rule;
