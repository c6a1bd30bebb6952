import { evaluateLeaf, evaluateRule } from './evaluate.js';
import { readField, type FactValue, type Subject } from './facts.js';
import { fieldOf, type Operator } from './fields.js';
import type { Leaf, LeafValue, Rule } from './rule.js';

/** Why a subject is in or out, as a sentence and, part by part, as a tree of the rule's own shape. */
export interface Explanation {
  readonly matched: boolean;
  readonly text: string;
  readonly parts: readonly Explanation[];
}

const words: Readonly<Record<Exclude<Operator, 'exists' | 'within'>, string>> = {
  eq: 'is',
  ne: 'is not',
  lt: 'is below',
  lte: 'is at most',
  gt: 'is above',
  gte: 'is at least',
  between: 'is between',
  in: 'is one of',
  notIn: 'is none of',
  contains: 'contains',
  startsWith: 'starts with',
};
const dateWords: Partial<Record<Operator, string>> = {
  lt: 'is before',
  lte: 'is on or before',
  gt: 'is after',
  gte: 'is on or after',
};

/**
 * Says in plain English whether a rule is true of a subject, and why: "the line is one of motor, home: yes, it is
 * motor". The desk shows it beside a person; the texts are not for customers.
 */
export function explainRule(rule: Rule, subject: Subject, today: string): Explanation {
  if ('all' in rule)
    return explainGroup('all of these', rule.all, evaluateRule(rule, subject, today), subject, today);
  if ('any' in rule)
    return explainGroup('any of these', rule.any, evaluateRule(rule, subject, today), subject, today);
  if ('not' in rule) {
    const part = explainRule(rule.not, subject, today);
    return { matched: !part.matched, text: `${answer(!part.matched)}: not (${part.text})`, parts: [part] };
  }
  const actual = readField(subject, rule.field, today);
  const matched = evaluateLeaf(rule, actual, today);
  return { matched, text: `${question(rule)}: ${answer(matched)}, it is ${showFact(actual)}`, parts: [] };
}

function explainGroup(
  name: string,
  rules: readonly Rule[],
  matched: boolean,
  subject: Subject,
  today: string,
): Explanation {
  const parts = rules.map((part) => explainRule(part, subject, today));
  const text = parts.length === 0 ? 'no conditions' : parts.map((part) => part.text).join('; ');
  return { matched, text: `${answer(matched)}, ${name}: (${text})`, parts };
}

function answer(matched: boolean): string {
  return matched ? 'yes' : 'no';
}

function question({ field, op, value }: Leaf): string {
  const { label, type } = fieldOf(field);
  if (op === 'exists') return `the ${label} is ${value === true ? 'known' : 'not known'}`;
  if (op === 'within') {
    const days = Math.abs(value as number);
    return `the ${label} lies within the ${(value as number) < 0 ? 'last' : 'next'} ${days} days`;
  }
  const verb = (type === 'date' ? dateWords[op] : undefined) ?? words[op];
  const joined =
    op === 'between' ? (value as readonly LeafValue[]).map(showValue).join(' and ') : showValue(value);
  return `the ${label} ${verb} ${joined}`;
}

function showValue(value: LeafValue): string {
  if (typeof value === 'object') return value.map(showValue).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value).replaceAll('_', ' ');
}

function showFact(actual: FactValue | null): string {
  if (actual === null) return 'not known';
  if (typeof actual === 'object' && actual.length === 0) return 'empty';
  return showValue(actual);
}
