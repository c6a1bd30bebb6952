import { fieldOf, type FieldType, type Leaf, type Rule } from '@aftercare/domain';
import type { RuleScope, SqlParameters } from './audiences.types.js';
import { heldBy, ruleColumns } from './rule-columns.js';

const sqlTypes: Readonly<Record<FieldType, string>> = {
  text: 'text',
  choice: 'text',
  integer: 'bigint',
  money: 'bigint',
  number: 'float8',
  boolean: 'boolean',
  date: 'date',
  list: 'text[]',
};

const comparisons = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/**
 * A rule as an SQL condition that is true of exactly the rows for which the domain's evaluator says so. Of the
 * others it is false or unknown, so it belongs in WHERE, or before IS TRUE. Values are parameters throughout.
 */
export function compileRule(rule: Rule, scope: RuleScope, parameters: SqlParameters): string {
  if ('all' in rule) return joined(rule.all, 'AND', scope, parameters) ?? 'true';
  if ('any' in rule) return joined(rule.any, 'OR', scope, parameters) ?? 'false';
  // Unknown counts as no, and its contrary as yes. NOT would leave it unknown.
  if ('not' in rule) return `(${compileRule(rule.not, scope, parameters)}) IS NOT TRUE`;
  return compileLeaf(rule, scope, parameters);
}

/**
 * A rule about a customer: true when one of the customer's policies makes the whole rule true or, for a customer
 * who has none, when the rule is true with no policy.
 */
export function compileCustomerRule(
  rule: Rule,
  scope: Omit<RuleScope, 'policy'>,
  parameters: SqlParameters,
): string {
  if (!mentionsPolicy(rule)) return compileRule(rule, { ...scope, policy: null }, parameters);
  const theirs = (condition: string) =>
    `EXISTS (SELECT FROM policies theirs WHERE theirs.customer_id = ${scope.customer}.customer_id ${condition})`;
  const withPolicy = theirs(`AND (${compileRule(rule, { ...scope, policy: 'theirs' }, parameters)})`);
  // Left out where it can never hold, for the EXISTS alone becomes a join.
  if (withoutPolicy(rule) === false) return withPolicy;
  const without = compileRule(rule, { ...scope, policy: null }, parameters);
  return `(${withPolicy} OR (NOT ${theirs('')} AND (${without})))`;
}

function joined(parts: readonly Rule[], word: 'AND' | 'OR', scope: RuleScope, parameters: SqlParameters) {
  if (parts.length === 0) return null;
  return `(${parts.map((part) => compileRule(part, scope, parameters)).join(` ${word} `)})`;
}

function compileLeaf(leaf: Leaf, scope: RuleScope, parameters: SqlParameters): string {
  const type = fieldOf(leaf.field).type;
  const sqlType = sqlTypes[type];
  const column = columnOf(leaf, scope, sqlType);
  const value = (given: unknown = leaf.value, as = sqlType) => parameters.add(given, as);
  switch (leaf.op) {
    case 'ne':
      return `(${compileLeaf({ ...leaf, op: 'eq' }, scope, parameters)}) IS NOT TRUE`;
    case 'notIn':
      return `(${compileLeaf({ ...leaf, op: 'in' }, scope, parameters)}) IS NOT TRUE`;
    case 'exists': {
      const present = type === 'list' ? `cardinality(${column}) > 0` : `${column} IS NOT NULL`;
      return leaf.value === true ? present : `(${present}) IS NOT TRUE`;
    }
    case 'eq':
      // A condition by itself, not compared with true, can become a join.
      if (type === 'boolean') return leaf.value === true ? column : `NOT ${column}`;
      return `${column} = ${value()}`;
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return `${column} ${comparisons[leaf.op]} ${value()}`;
    case 'between': {
      const [low, high] = leaf.value as readonly unknown[];
      return `${column} BETWEEN ${value(low)} AND ${value(high)}`;
    }
    case 'in':
      return `${column} = ANY(${value(leaf.value, `${sqlType}[]`)})`;
    case 'within': {
      const edge = `${scope.today} + ${value(leaf.value, 'int')}`;
      const [from, to] = (leaf.value as number) >= 0 ? [scope.today, edge] : [edge, scope.today];
      return `${column} BETWEEN ${from} AND ${to}`;
    }
    case 'contains':
      if (type === 'list')
        return `EXISTS (SELECT ${heldBy(scope.customer)} AND held.line = ${value(leaf.value, 'text')})`;
      return `strpos(${folded(column)}, ${folded(value())}) > 0`;
    case 'startsWith':
      return `starts_with(${folded(column)}, ${folded(value())})`;
  }
}

function columnOf({ field }: Leaf, scope: RuleScope, sqlType: string): string {
  const { policy } = scope;
  if (policy === null && isPolicyField(field)) return `NULL::${sqlType}`;
  return ruleColumns[field]({ ...scope, policy: policy ?? '' });
}

/** Case folded character by character, by PostgreSQL's own tables: the same on every server and in the evaluator. */
function folded(text: string): string {
  return `lower(${text} COLLATE "pg_c_utf8")`;
}

function isPolicyField(field: string): boolean {
  return field.startsWith('policy.');
}

function mentionsPolicy(rule: Rule): boolean {
  if ('all' in rule) return rule.all.some(mentionsPolicy);
  if ('any' in rule) return rule.any.some(mentionsPolicy);
  if ('not' in rule) return mentionsPolicy(rule.not);
  return isPolicyField(rule.field);
}

/** What a rule says of a customer without policies, null when that depends on the customer. */
function withoutPolicy(rule: Rule): boolean | null {
  if ('not' in rule) {
    const inner = withoutPolicy(rule.not);
    return inner === null ? null : !inner;
  }
  if ('field' in rule) {
    if (!isPolicyField(rule.field)) return null;
    return rule.op === 'ne' || rule.op === 'notIn' || (rule.op === 'exists' && rule.value === false);
  }
  const [parts, decisive] = 'all' in rule ? [rule.all, false] : [rule.any, true];
  const answers = parts.map(withoutPolicy);
  if (answers.includes(decisive)) return decisive;
  return answers.includes(null) ? null : !decisive;
}
