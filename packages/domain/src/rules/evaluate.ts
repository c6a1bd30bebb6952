import { addDays } from '../time/civil-date.js';
import { readField, type FactValue, type Subject } from './facts.js';
import { foldCase } from '../text/fold-case.js';
import type { Leaf, LeafValue, Rule, Scalar } from './rule.js';

/**
 * Whether a rule is true of a subject on a local date. Two-valued: a missing value satisfies no comparison, so `ne`
 * and `notIn`, which are `not eq` and `not in`, are true of it. Texts are compared as they are written, but for
 * `contains` and `startsWith`, which ignore capitals. `within` n is today..today+n for n ≥ 0 and today+n..today
 * for n < 0, both ends included. This is the oracle of the SQL compiler: they must agree on everything.
 */
export function evaluateRule(rule: Rule, subject: Subject, today: string): boolean {
  if ('all' in rule) return rule.all.every((part) => evaluateRule(part, subject, today));
  if ('any' in rule) return rule.any.some((part) => evaluateRule(part, subject, today));
  if ('not' in rule) return !evaluateRule(rule.not, subject, today);
  return evaluateLeaf(rule, readField(subject, rule.field, today), today);
}

/** Whether one question is answered with yes by a value of its field. */
export function evaluateLeaf({ op, value }: Leaf, actual: FactValue | null, today: string): boolean {
  if (op === 'exists') return value === exists(actual);
  if (op === 'ne') return actual !== value;
  if (op === 'notIn') return !(value as readonly LeafValue[]).includes(actual as Scalar);
  if (actual === null) return false;
  switch (op) {
    case 'eq':
      return actual === value;
    case 'in':
      return (value as readonly LeafValue[]).includes(actual as Scalar);
    case 'lt':
      return actual < value;
    case 'lte':
      return actual <= value;
    case 'gt':
      return actual > value;
    case 'gte':
      return actual >= value;
    case 'between': {
      const [low, high] = value as readonly [Scalar, Scalar];
      return actual >= low && actual <= high;
    }
    case 'within': {
      const edge = addDays(today, value as number);
      return edge >= today ? actual >= today && actual <= edge : actual >= edge && actual <= today;
    }
    case 'startsWith':
      return foldCase(actual as string).startsWith(foldCase(value as string));
    case 'contains':
      return typeof actual === 'string'
        ? foldCase(actual).includes(foldCase(value as string))
        : (actual as readonly string[]).includes(value as string);
  }
}

/** Whether there is a value: a list is one when it has members. */
function exists(actual: FactValue | null): boolean {
  return actual !== null && !(Array.isArray(actual) && actual.length === 0);
}
