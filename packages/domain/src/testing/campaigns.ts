import fc from 'fast-check';
import { campaignSchema, type Campaign } from '../campaigns/campaign.js';
import { dateTriggerFieldNames, dateTriggerFields } from '../campaigns/triggers.js';
import { contactClasses } from '../contact/classes.js';
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

/** A campaign with a `date` trigger and up to four steps, its audience everybody or a random rule. */
export const campaignArbitrary: fc.Arbitrary<Campaign> = fc
  .record({
    class: fc.constantFrom(...contactClasses),
    field: fc.constantFrom(...dateTriggerFieldNames),
    audience: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Rule>({ all: [] }) },
      { weight: 1, arbitrary: ruleArbitrary },
    ),
    steps: fc.array(
      fc.record({
        offsetDays: fc.integer({ min: -10, max: 10 }),
        at: fc.constantFrom('00:00', '02:30', '09:00', '23:59'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    holdout: fc.constantFrom(0, 0.25, 0.5),
    catchUpHours: fc.constantFrom(1, 24, 48, 200),
    bounds: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.tuple(dateArbitrary, dateArbitrary) },
    ),
  })
  .map(({ field, steps, holdout, bounds, ...rest }) => {
    const [startsOn, endsOn] = bounds === null ? [null, null] : bounds.toSorted();
    return campaignSchema.parse({
      ...rest,
      key: 'random',
      name: 'Random',
      topic: 'random',
      subject: dateTriggerFields[field].subject,
      trigger: { type: 'date', field },
      steps: steps.map((step, index) => ({ ...step, key: `s${index}`, template: 'none' })),
      holdout: rest.class === 'marketing' ? holdout : 0,
      startsOn,
      endsOn,
    });
  });
