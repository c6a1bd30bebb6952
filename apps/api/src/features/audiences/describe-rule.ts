import { fieldOf, type Leaf, type LeafValue, type Operator, type Rule } from '@aftercare/domain';

const comparisons: Readonly<Record<Exclude<Operator, 'exists' | 'within' | 'between'>, string>> = {
  eq: 'is',
  ne: 'is not',
  lt: 'is less than',
  lte: 'is at most',
  gt: 'is more than',
  gte: 'is at least',
  in: 'is one of',
  notIn: 'is none of',
  contains: 'contains',
  startsWith: 'starts with',
};
const ofDates: Partial<Record<Operator, string>> = {
  lt: 'is before',
  lte: 'is on or before',
  gt: 'is after',
  gte: 'is on or after',
};

/** A rule in plain English, about nobody in particular: "line is one of motor, home and age is at least 65". */
export function describeRule(rule: Rule): string {
  if ('all' in rule) return group(rule.all, ' and ', 'everybody');
  if ('any' in rule) return group(rule.any, ' or ', 'nobody');
  if ('not' in rule) return `not (${describeRule(rule.not)})`;
  return describeLeaf(rule);
}

function group(parts: readonly Rule[], word: string, ofNone: string): string {
  if (parts.length === 0) return ofNone;
  const nested = (part: Rule) => 'all' in part || 'any' in part;
  return parts
    .map((part) => (nested(part) && parts.length > 1 ? `(${describeRule(part)})` : describeRule(part)))
    .join(word);
}

function describeLeaf({ field, op, value }: Leaf): string {
  const { label, type } = fieldOf(field);
  switch (op) {
    case 'exists':
      return `${label} is ${value === true ? 'known' : 'not known'}`;
    case 'within': {
      const days = Math.abs(value as number);
      return `${label} lies within the ${(value as number) < 0 ? 'last' : 'next'} ${days} days`;
    }
    case 'between': {
      const [low, high] = value as readonly LeafValue[];
      return `${label} is between ${shown(low!)} and ${shown(high!)}`;
    }
    default:
      return `${label} ${(type === 'date' ? ofDates[op] : undefined) ?? comparisons[op]} ${shown(value)}`;
  }
}

function shown(value: LeafValue): string {
  if (typeof value === 'object') return value.map(shown).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value.replaceAll('_', ' ') : String(value);
}
